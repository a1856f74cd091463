"""Bytes after the pixels of an image, in the same element: padding, which may be ignored (DICOM PS3.5, 8.1.1), or pixels."""

from collections.abc import Sequence

from adcore.errors import UnreadableScanError
from adcore.readers.dicom.checks import frame_bytes, padding_of
from adcore.readers.dicom.header import Header
from adcore.readers.files import FileEntry


def check_padding(headers: Sequence[Header], files: Sequence[FileEntry]) -> None:
    """Refuse a series whose pixels are followed by anything but one repeated byte: its image size or frame count is wrong.

    Args:
        headers: of one series, with checked lengths.
        files: all files of the upload.
    Raises:
        UnreadableScanError: names the stated size.
    """
    for header in headers:
        extra = padding_of(header)
        if not extra:
            continue
        with files[header.file].open() as stream:
            stream.seek(header.pixels.pixel_offset + frame_bytes(header) * len(header.frames))
            tail = stream.read(extra)
        if len(tail) < extra or tail.strip(tail[:1]):
            raise UnreadableScanError(
                f"An image of the series has more bytes than {header.columns} x {header.rows} pixels need, and they are no "
                "padding. Export the series again."
            )
