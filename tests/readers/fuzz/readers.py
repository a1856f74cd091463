"""The readers that are fuzzed, by the names that the command takes."""

from collections.abc import Callable
from pathlib import Path

from tests.readers.fuzz import targets
from tests.readers.fuzz.bundle import parted

READERS = ("nifti", "pair", "mgh", "gzip", "dicom", "series", "zip", "upload")

SOUND_FILE = "sound"
"""In a reader's folder: the series that one image is changed of, as bundle.py joins files."""


def several(reader: str) -> bool:
    """Whether its inputs are several files in one (see bundle.py)."""
    return reader in ("pair", "series", "upload")


def target_of(reader: str, folder: Path) -> Callable[[bytes], int]:
    """What is called with each input; gives the bytes of the accepted scans."""
    if reader == "dicom":
        return targets.dicom(parted((folder / SOUND_FILE).read_bytes()))
    return {"pair": targets.pair, "series": targets.folder, "upload": targets.upload}.get(reader, targets.one_file)
