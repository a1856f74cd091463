"""The fragments of compressed pixels (DICOM PS3.5, A.4): checked first, because pydicom takes what is left of one that is cut."""

import struct

from adcore.errors import UnreadableScanError

ITEM = b"\xfe\xff\x00\xe0"
END = b"\xfe\xff\xdd\xe0"


def check_fragments(body: bytes) -> None:
    """Refuse fragments that are not all there.

    Args:
        body: from the offset table on to the end of the file. The mark after the last fragment may be missing.
    Raises:
        UnreadableScanError: a fragment is longer than the file, or something else stands between two.
    """
    at = 0
    while at < len(body) and body[at : at + 4] != END:
        if body[at : at + 4] != ITEM or at + 8 > len(body):
            raise _damaged()
        at += 8 + struct.unpack_from("<I", body, at + 4)[0]
    if at > len(body):
        raise _damaged()


def _damaged() -> UnreadableScanError:
    return UnreadableScanError("The compressed pixels of an image are cut short or damaged. Copy or export the series again.")
