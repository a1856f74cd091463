"""The files of an upload or a folder, each to be opened when it is its turn. What they are is decided elsewhere."""

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError

MAX_FILES = 20_000
"""Files looked at in one upload. A whole MR examination with its time series stays under it; one T1 series has about 200."""


@dataclass(frozen=True, eq=False)
class FileEntry:
    """One file.

    Attributes:
        size: its bytes; what an archive claims is checked when it is read.
        open: gives it as a seekable stream, from its start.
        name: only its ending is used, and it is never repeated: names of patients stand in file names.
    """

    size: int
    open: Callable[[], BinaryIO]
    name: str = field(default="", repr=False)


def file_of_bytes(name: str, data: bytes) -> FileEntry:
    """A file that is already in memory."""
    return FileEntry(len(data), lambda: io.BytesIO(data), name)


def file_of_path(path: Path) -> FileEntry:
    """A file on disk.

    Raises:
        UnreadableScanError: it is missing or locked; also when it is opened.
    """
    try:
        size = path.stat().st_size
    except OSError:
        size = -1
    if size < 0:
        raise _cannot_open()
    return FileEntry(size, lambda: _open(path), path.name)


def files_of_folder(folder: Path) -> tuple[FileEntry, ...]:
    """Every regular file in a folder and those beneath it. Linked folders are not followed: they can lead in circles.

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
    """Files that are already in memory.

    Raises:
        UnsupportedScanError: more than MAX_FILES.
    """
    check_count(len(files))
    return tuple(file_of_bytes(name, data) for name, data in files)


def check_count(count: int) -> None:
    """Refuse more files than are looked at.

    Raises:
        UnsupportedScanError: with both numbers.
    """
    if count > MAX_FILES:
        raise UnsupportedScanError(
            f"Expected at most {MAX_FILES:,} files, got {count:,} or more. Choose the folder of the T1 series alone."
        )


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError:
        pass
    raise _cannot_open()  # outside of the handler: the system's error repeats the path, which may hold a name


def _cannot_open() -> ScanError:
    return UnreadableScanError("Expected a scan that can be opened, but the file is missing or locked. Check its path.")
