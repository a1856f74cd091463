"""The fields of a table as it is: an odd cell becomes unknown with its file and line, and never refuses the other rows."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from adcore.cohorts.fields import read_cell
from adcore.cohorts.tables import (
    ENTRY_AGE,
    LARGEST_CODE,
    MISSING,
    MMSE_BAND,
    SITE,
    SITE_NAMES,
    UNKNOWN,
    fields_of,
    letters,
    levels_of,
    number,
    read_text_table,
    sex_codes,
)
from adcore.errors import CohortError

Value = float | str | None

NAMES = ("person", "session")
"""Fields that name a row; they are read as they stand."""


@dataclass(frozen=True, eq=False)
class FieldTable:
    """A table with its recognised fields.

    Attributes:
        raw: every cell as text.
        kept: columns that were asked for, and the site, as text; None for unknown.
        fields: one column a field; "" where a person or session has no name, None for any other unknown.
        used: which columns were used and which not.
        missing: number of cells by column and code for missing; they are unknown.
        problems: a sentence, with file and line, for each odd cell; they are unknown.
    """

    raw: pd.DataFrame
    fields: pd.DataFrame
    kept: pd.DataFrame
    used: str
    missing: Counter[tuple[str, str]]
    problems: tuple[str, ...]


def read_field_table(path: Path, others: Collection[str] = (), keep: Collection[str] = ()) -> FieldTable:
    """Read a CSV or TSV, and the BIDS dictionary beside it where there is one.

    Args:
        others: columns, in small letters, that the caller reads itself.
        keep: columns to keep as they stand, whatever their capitals; the site and the MMSE's band are kept in any case.
    Raises:
        CohortError: as read_text_table.
    """
    raw = read_text_table(path)
    found = fields_of(list(raw.columns))
    columns: dict[str, list[str]] = {}
    for column, field in found.items():
        columns.setdefault(field, []).append(column)
    reader = _Reader(path.name, raw, levels_of(path))
    fields = {field: reader.joined(field, names) for field, names in columns.items()}
    kept = _kept(raw, keep)
    used = _used(columns, [column for column in raw if column not in (*found, *kept.values()) and column.lower() not in others])
    if kept:
        used += f" Kept: {', '.join(kept)}."
    table = pd.DataFrame(fields, index=raw.index, dtype=object)
    as_text = pd.DataFrame({name: _known_text(raw[column]) for name, column in kept.items()}, index=raw.index, dtype=object)
    return FieldTable(raw, table, as_text, used, reader.missing, tuple(reader.problems))


def check_kept(keep: Collection[str], there: Collection[str], name: str) -> None:
    """Refuse a column to keep that a table lacks.

    Raises:
        CohortError: it does.
    """
    missing = [column for column in keep if column not in there]
    if missing:
        raise CohortError(f"There is no column {missing[0]} in {name} to keep. Check its spelling.")


def notes_of(name: str, tables: Sequence[FieldTable]) -> tuple[str, ...]:
    """What to tell of one table, or of several alike: columns, codes for missing with their number, problems."""
    missing = sum((table.missing for table in tables), Counter[tuple[str, str]]())
    return (
        *(f"{name}: {used}" for used in dict.fromkeys(table.used for table in tables)),
        *(
            f"{name}: {count} {'cell' if count == 1 else 'cells'} of {column} with {code}, a code for missing, taken as unknown."
            for (column, code), count in sorted(missing.items())
        ),
        *(problem for table in tables for problem in table.problems),
    )


class _Reader:
    """Reads the fields of one table, and remembers what to tell."""

    def __init__(self, name: str, raw: pd.DataFrame, levels: dict[str, dict[str, str]]):
        self._name, self._raw, self._levels = name, raw, levels
        self.missing: Counter[tuple[str, str]] = Counter()
        self.problems: list[str] = []

    def joined(self, field: str, names: list[str]) -> list[Value]:
        """One value a row from all columns of the field; unknown where they contradict each other."""
        read = {column: self._column(field, column) for column in names}
        values = []
        for row in range(len(self._raw)):
            known = {column: cells[row] for column, cells in read.items() if cells[row] not in (None, "")}
            if len(set(known.values())) > 1:
                said = " and ".join(f"{column} says {self._raw[column].iloc[row].strip()}" for column in known)
                self.problems.append(f"{self._name}, line {row + 2}: {said}, so {field} is taken as unknown.")
                known = {}
            values.append(next(iter(known.values()), "" if field in NAMES else None))
        return values

    def _column(self, field: str, column: str) -> list[Value]:
        cells = [cell.strip() for cell in self._raw[column]]
        if field in NAMES:
            return list(cells)
        if field == "education_years" and column != "education_years" and _are_codes(cells):
            self.problems.append(
                f"{self._name}: no value in the column {column} exceeds {LARGEST_CODE:g}, so it looks like a code instead of "
                "years of education and is not used. Convert it, or rename it to education_years if these are years."
            )
            return [None] * len(cells)
        if field == "sex":
            codes = sex_codes(column, list(self._raw.columns), self._levels.get(column, {}))
            cells = [codes.get(cell.removesuffix(".0"), cell) for cell in cells]
        return [self._cell(field, column, row, cell) for row, cell in enumerate(cells)]

    def _cell(self, field: str, column: str, row: int, cell: str) -> Value:
        try:
            return read_cell("age_years" if field == ENTRY_AGE else field, cell)
        except ValueError as error:
            if _is_missing(cell):
                self.missing[column, cell] += 1
            else:
                self.problems.append(f"{self._name}, line {row + 2}, {column}: {error} It is taken as unknown.")
            return None


def _kept(raw: pd.DataFrame, keep: Collection[str]) -> dict[str, str]:
    """The column of each name that is kept."""
    named = {column.lower(): column for column in raw}
    found = {name: named[name.lower()] for name in keep if name.lower() in named}
    site = next((column for column in raw if letters(column) in SITE_NAMES), None)
    found |= {MMSE_BAND: named[MMSE_BAND]} if MMSE_BAND in named else {}
    return found if site is None or site in found.values() else {**found, SITE: site}


def _known_text(cells: pd.Series) -> list[str | None]:
    return [None if cell.strip().lower() in UNKNOWN else cell.strip() for cell in cells]


def _used(columns: dict[str, list[str]], others: list[str]) -> str:
    used = ", ".join(f"{field} from {' and '.join(names)}" for field, names in columns.items())
    return f"used {used or 'no column'}; not used: {', '.join(others) or 'none'}."


def _is_missing(cell: str) -> bool:
    try:
        return number(cell) in MISSING
    except ValueError:
        return False


def _are_codes(cells: list[str]) -> bool:
    known = []
    for cell in cells:
        try:
            value = None if cell.lower() in UNKNOWN else number(cell)
        except ValueError:
            return False
        if value is not None and value not in MISSING:
            known.append(value)
    return bool(known) and max(known) <= LARGEST_CODE
