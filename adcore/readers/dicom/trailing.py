"""What follows the pixels of a DICOM file: further elements of the data set, padding, or bytes that nothing accounts for."""

import struct
from typing import BinaryIO

from adcore.readers.dicom.skim import BIG_ENDIAN, ITEM, LONG_VRS, SEQUENCE_END, UNDEFINED, VRS, Skimmed

MAX_FRAGMENTS = 100_000
"""Fragments of compressed pixels that are passed over in one file."""

SIGNATURES, PADDING = 0xFFFAFFFA, 0xFFFCFFFC
"""Tags of Digital Signatures Sequence and of Data Set Trailing Padding (PS3.10, 7.2)."""


def unaccounted_bytes(file: BinaryIO, pixels: Skimmed, size: int) -> int:
    """Bytes after the pixels that are no elements; 0 for a deflated data set, whose end its compression verifies.

    Args:
        file: seekable.
        pixels: of a data set with pixels.
        size: of the file.
    """
    if pixels.deflated_from is not None:
        return 0
    position, last = end_of_pixels(file, pixels), pixels.pixel_tag or 0
    while position < size:
        tag, start, length = _element(file, pixels, position)
        if tag == SIGNATURES and length == UNDEFINED:
            return 0
        if tag <= last or position + start + length > size:
            return size - position
        position, last = position + start + length, tag
    return 0


def is_padded(file: BinaryIO, pixels: Skimmed, size: int, most: int) -> bool:
    """Whether nothing but at most so many bytes of Data Set Trailing Padding follows the pixels."""
    if pixels.deflated_from is not None:
        return False
    position = end_of_pixels(file, pixels)
    tag, start, length = _element(file, pixels, position)
    return tag == PADDING and length <= most and position + start + length == size


def end_of_pixels(file: BinaryIO, pixels: Skimmed) -> int:
    """The position after the element with the pixels: of its stated length, or after the end mark of its fragments."""
    if pixels.pixel_length is not None:
        return pixels.pixel_offset + pixels.pixel_length
    position = pixels.pixel_offset
    for _ in range(MAX_FRAGMENTS):
        tag, start, length = _element(file, pixels, position)
        if tag != ITEM:
            return position + start * (tag == SEQUENCE_END)
        position += start + length
    return position


def _element(file: BinaryIO, pixels: Skimmed, position: int) -> tuple[int, int, int]:
    """Tag, bytes before the value, and length of the value; -1 for the tag where no element stands."""
    order = ">" if pixels.syntax == BIG_ENDIAN else "<"
    file.seek(position)
    head = file.read(12)
    if len(head) < 8:
        return -1, 0, 0
    group, element, vr, short, long = struct.unpack_from(f"{order}HH2sHI", head.ljust(12, b"\0"))
    tag = group << 16 | element
    if pixels.implicit or group == 0xFFFE:
        return tag, 8, struct.unpack_from(f"{order}I", head, 4)[0]
    if vr not in VRS or (vr in LONG_VRS and len(head) < 12):
        return -1, 0, 0
    return (tag, 12, long) if vr in LONG_VRS else (tag, 8, short)
