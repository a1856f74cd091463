"""Whole-head scans to be prepared: their paths, and the fields of their participants."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adcore.atomic import write_atomically
from adcore.cohorts.cohort import COLUMNS
from adcore.errors import CohortError

NOTES_FILE = "notes.txt"
"""What was read of a cohort's tables, beside what was made of its scans."""


@dataclass(frozen=True, eq=False)
class ScanList:
    """Sessions with their scans.

    Attributes:
        root: folder that paths are written relative to.
        table: one row per session, columns COLUMNS and those kept as text, the sessions of a participant in the order of visits.
        scans: one path per row.
        left_out: a sentence for each incomplete session.
        notes: what was read of the tables, and which of their cells were taken as unknown.
        axes: orientation of .hdr and .img pairs, where the data set documents it; see read_pair.

    Raises:
        CohortError: there is no session, or one is listed twice.
    """

    root: Path
    table: pd.DataFrame
    scans: tuple[Path, ...]
    left_out: tuple[str, ...] = ()
    axes: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if list(self.table.columns)[: len(COLUMNS)] != list(COLUMNS) or len(self.table) != len(self.scans):
            raise CohortError(f"Expected one scan per row and the columns {', '.join(COLUMNS)}.")
        if not self.scans:
            raise CohortError("Expected scans to prepare, found none. " + " ".join(self.left_out[:3]))
        twice = self.table["session"][self.table["session"].duplicated()]
        if len(twice):
            raise CohortError(f"The session {twice.iloc[0]} is listed in the table more than once. Keep one of its rows.")

    def __len__(self) -> int:
        return len(self.scans)

    def write_notes(self, folder: Path) -> None:
        """Write the notes, a line each."""
        text = "".join(f"{note}\n" for note in self.notes)
        write_atomically(folder / NOTES_FILE, lambda file: file.write(text.encode()))
