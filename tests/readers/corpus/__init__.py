"""Hostile and odd files, and what has to become of each: R(ejected), accepted with a W(arning), or H(andled).

`python -m tests.readers.corpus FOLDER` writes them all. A new format adds a module with CASES of its own here.
"""

from collections.abc import Mapping
from pathlib import Path

from tests.readers.corpus import archives, compression, elements, fragments, mgh, nifti
from tests.readers.corpus.case import Case, Outcome

CASES: tuple[Case, ...] = compression.CASES + archives.CASES + nifti.CASES + mgh.CASES + elements.CASES + fragments.CASES


def write(case: Case, folder: Path) -> Path:
    """Write one case into a folder, and say where it lies."""
    path, built = folder / case.name, case.build()
    if isinstance(built, Mapping):
        path.mkdir(parents=True)
        for name, data in built.items():
            (path / name).write_bytes(data)
    else:
        path.write_bytes(built)
    return path


__all__ = ["CASES", "Case", "Outcome", "write"]
