"""Drop images that an upload contains more than once, at the same place with the same pixels, whatever their identifiers."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from adcore.readers.dicom.checks import longest_file
from adcore.readers.dicom.header import Header
from adcore.readers.dicom.trailing import end_of_pixels
from adcore.readers.files import FileEntry

TRIED = 3
"""Places with several images of which none is a copy, after which the others are not read: it is a series in time."""


def without_copies(headers: Sequence[Header], files: Sequence[FileEntry]) -> list[Header]:
    """The headers without those of copies; pixels are only read where several images are of one place, kind and scaling.

    Args:
        headers: of one series, checked.
        files: all files of the upload.
    Returns:
        of each image the one with the smallest identifier, in the order of `headers`.
    """
    twins: dict[tuple[object, ...], list[Header]] = defaultdict(list)
    for header in headers:
        twins[header.frames, header.bits_stored, header.signed].append(header)
    kept: set[int] = set()
    tried = found = 0
    for group in twins.values():
        single = group
        if len(group) > 1 and (found or tried < TRIED):
            single = _single(group, files)
            tried, found = tried + 1, found + len(group) - len(single)
        kept |= {header.file for header in single}
    return [header for header in headers if header.file in kept]


def _single(twins: Sequence[Header], files: Sequence[FileEntry]) -> list[Header]:
    by_pixels = {
        _digest(files[one.file], one): one for one in sorted(twins, key=lambda one: (one.instance, one.file), reverse=True)
    }
    return list(by_pixels.values())


def _digest(file: FileEntry, header: Header) -> bytes:
    """Of the pixels of one file as they are stored, or of the whole file where its data set is deflated."""
    digest, limit = hashlib.sha256(), longest_file(header)
    with file.open() as stream:
        if header.pixels.deflated_from is None:
            limit = min(limit, end_of_pixels(stream, header.pixels) - header.pixels.pixel_offset)
            stream.seek(header.pixels.pixel_offset)
        else:
            stream.seek(0)
        while limit > 0 and (block := stream.read(min(limit, 1 << 20))):
            digest.update(block)
            limit -= len(block)
    return digest.digest()
