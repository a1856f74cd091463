"""A zip archive whose members are read as streams: nothing is extracted, and decompressed bytes are counted, not trusted.

Knows nothing of scans. Every refusal is raised outside the handler that caught the cause: zipfile's own messages contain names of
members, which can contain names of patients.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar, cast

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.files import MAX_FILES, FileEntry, check_count
from adcore.readers.gzip_stream import MAX_RATIO
from adcore.readers.zip_layout import check_layout

T = TypeVar("T")

MAX_DIRECTORY_BYTES = MAX_FILES * 200
"""Largest central directory that is read: 46 bytes per member and its name, twice the length in PACS exports."""

MAX_INFLATED = 8 << 30
"""Bytes decompressed from one archive over all passes: enough to read headers and voxels of a 4 GB examination."""

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, ValueError, LookupError, NotImplementedError, RuntimeError, OverflowError),
)
"""Exceptions of zipfile for invalid directories, invalid deflate data, wrong checksums, and sizes beyond the file."""

ESCAPE = re.compile(r"^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)")
"""An absolute path, a drive, or a parent directory."""


def is_zip(head: bytes) -> bool:
    """Whether a file starts like a zip archive, including an empty one."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


@contextmanager
def open_zip(file: BinaryIO) -> Iterator[tuple[FileEntry, ...]]:
    """The members of an archive, all checked against its directory before any is decompressed.

    Args:
        file: seekable.
    Raises:
        UnsupportedScanError: encrypted, linked, escaping, too many or too large members, or another compression than deflate.
        UnreadableScanError: the archive contradicts itself; also while a member is read.
    """
    archive = _guard(lambda: zipfile.ZipFile(cast(Any, _BoundedReads(file))))
    with archive:
        members = [member for member in archive.infolist() if not member.filename.endswith("/")]  # is_dir fails without a name
        check_count(len(archive.infolist()))
        for member in members:
            _check_member(member)
        _guard(lambda: check_layout(file, archive))
        budget = _Budget(MAX_INFLATED)
        if sum(member.file_size for member in members) > budget.left:
            raise _too_large()
        yield tuple(_entry(archive, member, budget) for member in members)


def _entry(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: "_Budget") -> FileEntry:
    def opened() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Member(_guard(lambda: archive.open(member)), member.file_size, budget), 1 << 15))

    return FileEntry(member.file_size, opened, member.filename)


class _Budget:
    """The number of bytes that may still be decompressed."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise _too_large()


class _BoundedReads:
    """A file that returns at most MAX_DIRECTORY_BYTES at once, because zipfile reads the whole directory in one call."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY_BYTES:
            raise UnsupportedScanError(
                f"Expected a zip archive of at most {MAX_FILES:,} files, but its directory is {size:,} bytes long. "
                "Zip only the T1 series."
            )
        return self._file.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Member(io.RawIOBase):
    """One member as a stream whose bytes are counted as they are read."""

    def __init__(self, stream: Any, size: int, budget: _Budget) -> None:
        self._stream, self._size, self._budget = stream, size, budget

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = _guard(lambda: self._stream.read(len(buffer)))
        if len(buffer) and not data and self.tell() < self._size:
            raise _damaged()
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(_guard(lambda: self._stream.seek(offset, whence)))

    def tell(self) -> int:
        return int(self._stream.tell())

    def close(self) -> None:
        self._stream.close()
        super().close()


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x41:
        raise UnsupportedScanError("The zip archive is encrypted. Unpack it with its password and zip the images without one.")
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise UnsupportedScanError("The zip archive holds a symbolic link. Zip the images themselves.")
    if ESCAPE.search(member.orig_filename):
        raise UnsupportedScanError("The zip archive holds a path that leads out of it. Zip the folder of the images again.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedScanError(
            "The zip archive uses another compression than deflate. Zip the images again with standard compression."
        )
    if member.file_size > member.compress_size * MAX_RATIO:
        raise UnreadableScanError("The zip archive claims more bytes than it can hold. Zip the images again.")


def _guard(work: Callable[[], T]) -> T:
    """Call `work`, and refuse the archive if it is damaged."""
    try:
        return work()
    except ScanError:
        raise
    except DAMAGE:
        pass
    raise _damaged()


def _damaged() -> ScanError:
    return UnreadableScanError(
        "Expected a complete zip archive, but it is damaged, cut short or contradicts its own sizes. "
        "Copy or zip the images again."
    )


def _too_large() -> ScanError:
    return UnsupportedScanError(
        f"The zip archive inflates to more than {MAX_INFLATED >> 30} GB. Zip only the T1 series and try again."
    )
