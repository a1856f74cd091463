"""A plain CSV with the path of each scan and the fields of its participant: the simplest way to use one's own data."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.field_table import check_kept, notes_of, read_field_table
from adcore.cohorts.fields import clean
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.visit_ages import fill_ages
from adcore.errors import CohortError

MANIFEST = "manifest.csv"
PATH_COLUMN, PERSON_COLUMN = "path", "person"


def find_manifest(place: Path) -> Path | None:
    """The manifest at a path: the CSV itself, or manifest.csv in a folder; None where there is none."""
    path = place / MANIFEST if place.is_dir() else place
    return path if path.is_file() and path.suffix.lower() in (".csv", ".tsv") else None


def read_manifest(path: Path, keep: Collection[str] = ()) -> ScanList:
    """The scans listed in a manifest.

    Args:
        path: a table with the columns `path` and `person`, and optionally `session` and the fields of a cohort. Paths are
            relative to the table. Where `session` is empty or absent, the scans of a participant are numbered in table order.
        keep: columns to keep as they stand.
    Raises:
        CohortError: one of the two columns is missing, or one to keep, a person has no name, or no scan exists.
    """
    found = read_field_table(path, (PATH_COLUMN,), keep)
    check_kept(keep, found.kept.columns, path.name)
    raw, table = found.raw, found.fields
    column = next((name for name in raw.columns if name.lower() == PATH_COLUMN), None)
    if column is None or PERSON_COLUMN not in table:
        raise CohortError(
            f"Expected the columns {PATH_COLUMN} and {PERSON_COLUMN} in {path.name}, got {', '.join(raw.columns)}. "
            f"Optional columns: {', '.join(name for name in COLUMNS if name != PERSON_COLUMN)}."
        )
    table["session"] = _sessions(table)
    table, filled = fill_ages(table)
    table = clean(table, path.name).join(found.kept)
    scans = [path.parent / cell.strip() for cell in raw[column]]
    present = [scan.exists() and bool(cell.strip()) for scan, cell in zip(scans, raw[column], strict=True)]
    left_out = tuple(
        f"{path.name}, line {line}: the scan does not exist. Its path has to be relative to {path.name}."
        for line, here in enumerate(present, start=2)
        if not here
    )
    return ScanList(
        root=path.parent,
        table=table[present].reset_index(drop=True),
        scans=tuple(scan for scan, here in zip(scans, present, strict=True) if here),
        left_out=left_out,
        notes=(*notes_of(path.name, [found]), *filled),
    )


def _sessions(table: pd.DataFrame) -> list[str]:
    """The name of every session, including the participant, since different participants may use the same session names."""
    given = table["session"] if "session" in table else pd.Series("", index=table.index)
    count = table.groupby(PERSON_COLUMN).cumcount() + 1
    names = given.where(given != "", count.astype(str))
    return [
        name if name.startswith(person) else f"{person}_{name}" for person, name in zip(table[PERSON_COLUMN], names, strict=True)
    ]
