"""What to tell the user about a file that is no scan this program reads."""

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError

MARKS: tuple[tuple[int, bytes, str], ...] = (
    (344, b"ni1\0", "the header half of a two-file NIfTI (.hdr and .img)"),
    (128, b"DICM", "a DICOM image"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"\x1f\x8b", "a gzip file inside a gzip file"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"NRRD", "an NRRD volume"),
    (0, b"CDF", "a MINC volume"),
    (0, b"\x89HDF", "a MINC or HDF5 volume"),
    (0, b"<", "a web page or XML text"),
)
"""Byte offset, the bytes found there, and what they mark."""

SUFFIXES = (".nii", ".nii.gz", ".mgh", ".mgz")


def unrecognised(head: bytes, name: str) -> ScanError:
    """The refusal of a file that is neither NIfTI nor MGH.

    Args:
        head: its first bytes, after any gzip compression.
        name: what it was called; never repeated, because names of patients stand in file names.
    """
    for offset, mark, what in MARKS:
        if head.startswith(mark, offset):
            return UnsupportedScanError(f"Expected a NIfTI or MGH volume, got {what}. Convert the T1 to .nii.gz first.")
    if name.lower().endswith(SUFFIXES):
        return UnreadableScanError(
            "The file is named like a NIfTI or MGH volume, but does not begin like one: its header is damaged. "
            "Copy or export the scan again."
        )
    return UnsupportedScanError(
        "Expected a NIfTI or MGH volume (.nii, .nii.gz, .mgh, .mgz), got a file of another kind. Convert the T1 to .nii.gz first."
    )
