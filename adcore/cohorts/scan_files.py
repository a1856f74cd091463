"""The files of a scan on disk: how tables name them, and how a change in them is noticed."""

import hashlib
import re
from glob import escape
from pathlib import Path


def name_of(scan: Path, root: Path) -> str:
    """The path as written to tables: relative to the data set's folder where it lies inside."""
    return scan.relative_to(root).as_posix() if scan.is_relative_to(root) else str(scan)


def key_of(session: str) -> str:
    """A file name for a session, safe whatever it is called, and unlike any other session's."""
    digest = hashlib.sha256(session.encode()).hexdigest()[:8]
    return f"{re.sub('[^A-Za-z0-9_-]', '-', session)[:80]}-{digest}"


def files_of(scan: Path) -> list[Path]:
    """One file, .hdr and .img, or all slices in a folder."""
    found = sorted(scan.rglob("*")) if scan.is_dir() else sorted(scan.parent.glob(f"{escape(scan.stem)}.*")) or [scan]
    return [file for file in found if file.is_file()]


def state_of(scan: Path) -> str:
    """Number, total size and latest time of a scan's files; equal where nothing changed."""
    states = [file.stat() for file in files_of(scan)]
    return f"{len(states)} {sum(state.st_size for state in states)} {max((state.st_mtime_ns for state in states), default=0)}"


def digest_of(scan: Path) -> str:
    """Sha256 of the content of a scan's files, whatever they are called and whenever they were written."""
    content = hashlib.sha256()
    for file in files_of(scan):
        with file.open("rb") as stream:
            content.update(hashlib.file_digest(stream, "sha256").digest())
    return content.hexdigest()
