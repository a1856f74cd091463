"""A gzip file among others, as the file that it contains: its length is counted in a first pass, and bytes are streamed."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO, TypeVar, cast

from isal import igzip

from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.files import FileEntry
from adcore.readers.gzip_stream import DAMAGE

MAX_INFLATED = 2 << 30
"""Bytes that all of these files of one upload may contain: twice the largest accepted volume in 16 bits, with headers."""

BLOCK_BYTES = 1 << 20

T = TypeVar("T")


def inflated(file: FileEntry, limit: int) -> FileEntry:
    """The file inside a gzip file; nothing is kept in memory.

    Args:
        limit: largest number of bytes it may contain.
    Raises:
        UnreadableScanError: the compression is damaged or cut short; also while it is read.
        UnsupportedScanError: it contains more than `limit`.
    """

    def opened() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Inflated(file.open()), 1 << 15))

    size = 0
    with opened() as stream:
        while block := stream.read(BLOCK_BYTES):
            size += len(block)
            if size > limit:
                raise UnsupportedScanError(
                    f"The compressed files of the upload contain more than {MAX_INFLATED >> 30} GB. Choose only the T1 series."
                )
    return FileEntry(size, opened, file.name[: -len(".gz")] if file.name.lower().endswith(".gz") else file.name)


class _Inflated(io.RawIOBase):
    """Inflated bytes as a seekable stream, whose damage is a refusal."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._stream = igzip.IGzipFile(fileobj=packed, mode="rb")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = _guard(lambda: self._stream.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return _guard(lambda: self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def close(self) -> None:
        self._packed.close()
        super().close()


def _guard(work: Callable[[], T]) -> T:
    """Call `work`, and refuse the file if it is damaged."""
    try:
        return work()
    except DAMAGE:
        pass
    raise damaged()


def damaged() -> UnreadableScanError:
    """The refusal of a series with a damaged file."""
    return UnreadableScanError(
        "Expected complete gzip files, but the compression of one is damaged or cut short. Copy or export the scan again."
    )
