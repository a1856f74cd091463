"""A table on disk to which a long run adds rows, so that a stopped run resumes where it ended."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from adcore.atomic import write_atomically


class GrowingTable:
    """The rows of a CSV, read at the start if the file exists, and written atomically whenever rows are added.

    Columns named in `text` are read as text, so that an identifier such as 0012 keeps its zeros.
    """

    def __init__(self, path: Path, columns: list[str], float_format: str, text: Sequence[str] = ()):
        self._path = path
        self._float_format = float_format
        self._text = text
        self.rows = self.read() if path.is_file() else pd.DataFrame(columns=columns)

    def read(self) -> pd.DataFrame:
        """The rows on disk."""
        return pd.read_csv(self._path, dtype=dict.fromkeys(self._text, str))

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows, each in the order of the columns."""
        added = pd.DataFrame(rows, columns=list(self.rows.columns))
        self.rows = added if self.rows.empty else pd.concat([self.rows, added], ignore_index=True)
        write_atomically(self._path, lambda file: self.rows.to_csv(file, index=False, float_format=self._float_format))
