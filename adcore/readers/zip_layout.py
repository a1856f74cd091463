"""Whether the list of a zip archive accounts for the whole file once, so that no two programs find different members in it.

Later versions of Python check parts of this by themselves (CVE-2024-0450, CVE-2025-8291).
"""

import struct
import zipfile
from typing import BinaryIO

from adcore.errors import UnreadableScanError

LOCAL_HEADER = 30
"""Bytes before the name in the local header of each member."""

END = 22
"""Bytes of the end of the list, without a comment."""

LOCATOR = struct.Struct("<4s4xQ4x")
"""Zip64's locator in front of that: signature, and where the record is that replaces the end."""

RECORD = 56
"""Bytes of this record, in front of its locator."""


def check_layout(file: BinaryIO, archive: zipfile.ZipFile) -> None:
    """Refuse an archive with bytes before its first member, with members that share bytes, or with two different ends.

    Args:
        file: of the archive; seekable, and starts with a member or with the end of an empty list.
    Raises:
        UnreadableScanError: names what overlaps.
    """
    members = sorted(archive.infolist(), key=lambda member: member.header_offset)
    if (members[0].header_offset if members else archive.start_dir) > 0:
        raise UnreadableScanError("The zip archive holds files that its list does not name. Zip the images again.")
    end = 0
    for member in members:
        if member.header_offset < end:
            raise UnreadableScanError("The members of the zip archive overlap. Zip the images again.")
        end = member.header_offset + LOCAL_HEADER + len(member.orig_filename) + member.compress_size
    if end > archive.start_dir:
        raise UnreadableScanError("The members of the zip archive overlap its directory. Zip the images again.")
    _check_zip64(file, END + len(archive.comment))


def _check_zip64(file: BinaryIO, end: int) -> None:
    """Refuse a locator that leads elsewhere than to the record that zipfile reads; `end`: bytes from the end of the list on."""
    size = file.seek(0, 2)
    if size < end + LOCATOR.size:
        return
    at = file.seek(size - end - LOCATOR.size)
    signature, place = LOCATOR.unpack(file.read(LOCATOR.size))
    if signature == b"PK\x06\x07" and place != at - RECORD:
        raise UnreadableScanError("The zip archive has two ends that lead to different lists. Zip the images again.")
