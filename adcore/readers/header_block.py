"""The first bytes of a header file (.hdr) whose voxels are in another file (.img)."""

HEADER_BYTES = 348
SIZES = (HEADER_BYTES.to_bytes(4, "little"), HEADER_BYTES.to_bytes(4, "big"))

IMAGE_NAMES = (".img", ".img.gz")
"""How the voxels of a header half are called, after the name that both halves share."""


def is_pair_header(head: bytes) -> bool:
    """Whether a file is the header of a NIfTI-1 pair or of an Analyze 7.5 volume."""
    return head[344:348] == b"ni1\0" or is_analyze(head)


def is_analyze(head: bytes) -> bool:
    """Whether a file is nothing but an Analyze 7.5 header, which states its own size first and has no signature."""
    return len(head) == HEADER_BYTES and head[:4] in SIZES and head[344:347] not in (b"ni1", b"n+1")
