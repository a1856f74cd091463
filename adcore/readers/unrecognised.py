"""The refusal of a file that is not a scan in a supported format."""

import struct

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.formats import FORMATS
from adcore.readers.header_block import IMAGE_NAMES, is_analyze, is_pair_header

MARKS: tuple[tuple[int, bytes, str], ...] = (
    (128, b"DICM", "a compressed DICOM image"),
    (0, b"PK\x03\x04", "a zip archive inside a gzip file"),
    (0, b"\x1f\x8b", "a gzip file inside a gzip file"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"\x89PNG", "a PNG picture"),
    (0, b"%PDF", "a PDF document"),
    (0, b"NRRD", "an NRRD volume"),
    (0, b"CDF", "a MINC volume"),
    (0, b"\x89HDF", "a MINC or HDF5 volume"),
    (0, b"<", "a web page or XML text"),
)
"""Byte offset, signature, and the format it identifies."""

ARCHIVES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"PK\x05\x06", "a zip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (257, b"ustar", "a tar archive"),
)
"""As MARKS, for formats that contain other files."""


DOCUMENTS = ("[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/", "customXml/", "mimetype", "META-INF/")
"""How the first member of a zip archive is called that is a document (Office, OpenDocument, EPUB) or a program (Java)."""

LOCAL_HEADER = struct.Struct("<4s22xH2x")
"""Signature and length of the name, at the start of a zip archive; the name follows."""


def is_document(head: bytes) -> bool:
    """Whether a file is a zip archive by its structure only: a document or a program, which contains no images to choose."""
    if len(head) < LOCAL_HEADER.size:
        return False
    mark, length = LOCAL_HEADER.unpack_from(head)
    name = head[LOCAL_HEADER.size : LOCAL_HEADER.size + length].decode("ascii", "replace")
    return mark == b"PK\x03\x04" and name.startswith(DOCUMENTS)


def archive_kind(head: bytes) -> str | None:
    """The kind of archive, by the first bytes; None if the file is not an archive."""
    return next((what for offset, mark, what in ARCHIVES if head.startswith(mark, offset)), None)


def unrecognised(head: bytes, name: str) -> ScanError:
    """The refusal of a file that is neither DICOM, NIfTI nor MGH.

    Args:
        head: its first bytes, after any gzip compression.
        name: its file name; never shown, because file names can contain names of patients.
    """
    if is_analyze(head):
        return UnsupportedScanError(
            "Expected a DICOM series, a NIfTI or an MGH volume, got the header half of an Analyze volume (.hdr and .img), which "
            "does not store the orientation of the head. Convert the T1 to NIfTI."
        )
    if is_pair_header(head):
        return _half("the header half of a two-file NIfTI")
    for offset, mark, what in (*MARKS, *ARCHIVES):
        if head.startswith(mark, offset):
            return UnsupportedScanError(
                f"Expected a DICOM series, a NIfTI or an MGH volume, got {what}. Export the T1 as one of these."
            )
    if name.lower().endswith(IMAGE_NAMES):
        return _half("a file that is called like the voxel half of a volume")
    if name.lower().endswith(tuple(suffix for suffixes in FORMATS.values() for suffix in suffixes)):
        return UnreadableScanError(
            "The file is named like a NIfTI or MGH volume, but does not start like one: its header is damaged. "
            "Copy or export the scan again."
        )
    return UnsupportedScanError(
        "Expected a DICOM series (its files, or a zip of them), a NIfTI (.nii, .nii.gz) or an MGH volume (.mgh, .mgz), got "
        "a file of another kind. Export the T1 as one of these."
    )


def _half(what: str) -> UnsupportedScanError:
    return UnsupportedScanError(
        f"Expected a whole scan, got {what} (.hdr and .img). Choose both files together, or the folder that holds them."
    )
