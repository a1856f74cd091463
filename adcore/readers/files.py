"""The files of an upload or a folder, opened one at a time. Knows nothing of file formats."""

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError

MAX_FILES = 20_000
"""Largest number of files in one upload. A whole MR examination with its time series has fewer; one T1 series has about 200."""


@dataclass(frozen=True, eq=False)
class FileEntry:
    """One file.

    Attributes:
        size: in bytes; the size stated by an archive is checked when the file is read.
        open: opens the file as a seekable stream at its start.
        name: only its extension is used, and it is never shown: file names can contain names of patients.
    """

    size: int
    open: Callable[[], BinaryIO]
    name: str = field(default="", repr=False)


def file_of_bytes(name: str, data: bytes) -> FileEntry:
    """A file in memory."""
    return FileEntry(len(data), lambda: io.BytesIO(data), name)


def file_of_path(path: Path) -> FileEntry:
    """A file on disk.

    Raises:
        UnreadableScanError: the file is missing or locked; also raised when it is opened.
    """
    try:
        size = path.stat().st_size
    except OSError:
        size = -1
    if size < 0:
        raise _cannot_open()
    return FileEntry(size, lambda: _open(path), path.name)


def files_of_folder(folder: Path) -> tuple[FileEntry, ...]:
    """Every regular file in a folder and its subfolders. Linked folders are not followed, because links can be circular.

    Raises:
        UnsupportedScanError: more than MAX_FILES.
        UnreadableScanError: one of them is missing or locked.
    """
    paths: list[Path] = []
    for where, _, names in os.walk(folder):
        paths += [path for path in (Path(where) / name for name in names) if path.is_file()]
        check_count(len(paths))
    return tuple(file_of_path(path) for path in paths)


def files_of_upload(files: Sequence[tuple[str, bytes]]) -> tuple[FileEntry, ...]:
    """Files in memory.

    Raises:
        UnsupportedScanError: more than MAX_FILES.
    """
    check_count(len(files))
    return tuple(file_of_bytes(name, data) for name, data in files)


def check_count(count: int) -> None:
    """Refuse more than MAX_FILES files.

    Raises:
        UnsupportedScanError: names both numbers.
    """
    if count > MAX_FILES:
        raise UnsupportedScanError(
            f"Expected at most {MAX_FILES:,} files, got {count:,} or more. Choose only the folder of the T1 series."
        )


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        pass
    raise _cannot_open()  # outside the handler: the system's error contains the path, which may contain a name


def _cannot_open() -> ScanError:
    return UnreadableScanError("Expected a scan that can be opened, but the file is missing or locked. Check its path.")
