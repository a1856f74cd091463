"""Tags and notes on single cases while one looks for a reason, as a table that can be saved and taken up again."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pandas as pd

from adcore.errors import CohortError

TAGS = ("label in doubt", "poor scan", "segmentation wrong", "atypical atrophy", "vascular", "fields in doubt", "not understood")
COLUMNS = ("cases", "subject", "tags", "note")
BETWEEN = "; "
MOST_LETTERS = 2000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet takes for a formula."""


@dataclass(frozen=True)
class CaseNote:
    """What somebody found about one case.

    Attributes:
        tags: of TAGS.
        note: free text.
    """

    tags: tuple[str, ...] = ()
    note: str = ""


Notes = dict[tuple[str, str], CaseNote]
"""By the set of cases and the participant."""


def notes_as_csv(notes: Notes) -> bytes:
    """One row a case, in their order."""
    rows = [(cases, subject, BETWEEN.join(one.tags), _plain(one.note)) for (cases, subject), one in notes.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False).encode()


def read_notes(file: Path | IO[bytes]) -> Notes:
    """The notes that notes_as_csv wrote.

    Raises:
        CohortError: it is another file.
    """
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, nrows=10_000)
    except (OSError, ValueError) as error:
        raise CohortError("Expected the table of notes that this page saves, got a file that is not a table.") from error
    if list(table.columns) != list(COLUMNS):
        raise CohortError(f"Expected the table of notes that this page saves, with the columns {', '.join(COLUMNS)}.")
    return {
        (row.cases, row.subject): CaseNote(
            tuple(tag for tag in row.tags.split(BETWEEN) if tag in TAGS), row.note.removeprefix("'")[:MOST_LETTERS]
        )
        for row in table.itertuples()
    }


def _plain(text: str) -> str:
    """Text that a spreadsheet doesn't take for a formula."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text
