"""Forms in which DICOM files of older devices, archives and de-identification reach a reader; all of a series of our own."""

import gzip
import struct
from collections.abc import Iterable

from pydicom.dataset import Dataset

from tests.support.dicom_builder import CANARY, as_bytes, claiming

PREAMBLE = 132
META_LENGTH = 12
"""Bytes of the element that states the length of group 2."""


def without_preamble(content: bytes, *, meta: bool) -> bytes:
    """The same file without the 132 bytes in front, with or without group 2."""
    length = struct.unpack_from("<I", content, PREAMBLE + 8)[0]
    return content[PREAMBLE if meta else PREAMBLE + META_LENGTH + length :]


def padded(slices: Iterable[Dataset], tail: bytes) -> list[Dataset]:
    """The slices with bytes after their pixels, in the same element."""
    slices = list(slices)
    for data in slices:
        data.PixelData = data.PixelData + tail
    return slices


def privately(data: Dataset, syntax: str) -> bytes:
    """A file without value representations that claims a private transfer syntax."""
    content = as_bytes(data, "1.2.840.10008.1.2")
    return claiming(content, syntax)


def gzipped(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Each file compressed on its own."""
    return [(f"{CANARY}_{place}.dcm.gz", gzip.compress(data, 1, mtime=0)) for place, (_, data) in enumerate(files)]
