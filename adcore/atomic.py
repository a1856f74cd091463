"""Files written whole or not at all: a stopped program leaves the previous file, or none."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside its place and move it there when it is complete.

    Several processes may write the same file; the last one to finish stays.

    Args:
        path: where the file belongs; its folder is made where it is missing.
        write: puts the content into the open file; whatever it raises is passed on, and `path` stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            write(file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
