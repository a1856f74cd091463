"""Whole heads that wait for preparation: where they lie, and what is known of the people."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adcore.cohorts.cohort import COLUMNS
from adcore.errors import CohortError


@dataclass(frozen=True, eq=False)
class ScanList:
    """Sessions with their scans.

    Attributes:
        root: what paths are told relative to.
        table: one row a session, columns COLUMNS, a person's sessions in the order of their visits.
        scans: one path a row.
        left_out: a sentence for each session that was there in part.
        axes: where the voxel axes of .hdr and .img pairs run, where the data set documents it; see read_pair.

    Raises:
        CohortError: there is no session, or one stands in the table twice.
    """

    root: Path
    table: pd.DataFrame
    scans: tuple[Path, ...]
    left_out: tuple[str, ...] = ()
    axes: str | None = None

    def __post_init__(self) -> None:
        if list(self.table.columns) != list(COLUMNS) or len(self.table) != len(self.scans):
            raise CohortError(f"Expected one scan a row and the columns {', '.join(COLUMNS)}.")
        if not self.scans:
            raise CohortError("Expected scans to prepare, found none. " + " ".join(self.left_out[:3]))
        twice = self.table["session"][self.table["session"].duplicated()]
        if len(twice):
            raise CohortError(f"The session {twice.iloc[0]} stands in the table more than once. Keep one of its rows.")

    def __len__(self) -> int:
        return len(self.scans)
