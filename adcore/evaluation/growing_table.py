"""A table on disk that long work adds to, so that a stopped run goes on where it ended."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd


class GrowingTable:
    """The rows of a CSV, read at first where there is one, and written again whenever some are added."""

    def __init__(self, path: Path, columns: list[str], float_format: str):
        self._path = path
        self._float_format = float_format
        self.rows = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=columns)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows, each in the order of the columns."""
        added = pd.DataFrame(rows, columns=list(self.rows.columns))
        self.rows = added if self.rows.empty else pd.concat([self.rows, added], ignore_index=True)
        self.rows.to_csv(self._path, index=False, float_format=self._float_format)
