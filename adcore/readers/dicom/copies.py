"""Drop images that an upload contains more than once, with the same identifier, place and content."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from adcore.readers.dicom.checks import longest_file
from adcore.readers.dicom.header import Header
from adcore.readers.files import FileEntry


def without_copies(headers: Sequence[Header], files: Sequence[FileEntry]) -> list[Header]:
    """The headers without those of exact copies; content is only read where an identifier occurs more than once.

    Args:
        headers: of one series, checked.
        files: all files of the upload.
    """
    count = Counter(header.instance for header in headers)
    kept: list[Header] = []
    known: set[tuple[object, ...]] = set()
    for header in headers:
        if header.instance and count[header.instance] > 1:
            key = (header.instance, header.frames, _digest(files[header.file], longest_file(header)))
            if key in known:
                continue
            known.add(key)
        kept.append(header)
    return kept


def _digest(file: FileEntry, limit: int) -> bytes:
    """Of the bytes of one file; its size has already been compared with `limit`."""
    digest = hashlib.sha256()
    with file.open() as stream:
        while limit > 0 and (block := stream.read(min(limit, 1 << 20))):
            digest.update(block)
            limit -= len(block)
    return digest.digest()
