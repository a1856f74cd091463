"""A BIDS folder: participants.tsv, session tables where present, T1 scans (https://bids-specification.readthedocs.io).

ADNI has this layout when converted by Clinica: participants.tsv, sub-*/sub-*_sessions.tsv, sub-*/ses-*/anat/*_T1w.nii.gz.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from adcore.cohorts.field_table import FieldTable, Value, notes_of, read_field_table
from adcore.cohorts.fields import clean
from adcore.cohorts.matching import with_scans
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.tables import ENTRY_AGE
from adcore.cohorts.visit_ages import fill_ages
from adcore.errors import CohortError

PARTICIPANTS = "participants.tsv"
SESSIONS = "sessions.tsv"

LASTING = ("sex", "education_years", "ses", ENTRY_AGE)
"""Fields that do not change between visits. The others belong to a visit, so participants.tsv gives them for the first only."""


def find_bids(folder: Path) -> ScanList:
    """The T1 scans of a BIDS folder with the fields from its tables.

    A session table takes precedence over participants.tsv. If a session has several T1 scans, the first run is used and the
    others are listed in `left_out`.

    Raises:
        CohortError: a table is missing or damaged, or there is no scan.
    """
    people = read_field_table(folder / PARTICIPANTS)
    participants = _indexed(people, PARTICIPANTS, "person", "participant_id", "sub-").drop(columns="session", errors="ignore")
    scans, extra = _scans(folder)
    rows, tables = [], []
    for person in participants.index:
        visits: dict[str, dict[str, Value]] = {}
        path = folder / person / f"{person}_{SESSIONS}"
        if path.is_file():
            tables.append(read_field_table(path))
            visits = _visits(tables[-1], path.name)
        sessions = sorted({session for owner, session in scans if owner == person} | set(visits), key=_in_order) or [""]
        for place, session in enumerate(sessions):
            row = {"person": person, "session": _name(person, session), **_known(visits.get(session, {}))}
            for field, value in _known(participants.loc[person].to_dict()).items():
                if field in LASTING or place == 0:
                    row.setdefault(field, value)
            rows.append(row)
    named = {_name(*key): path for key, path in scans.items()}
    aged, filled = fill_ages(pd.DataFrame(rows))
    table, left_out = with_scans(clean(aged, folder.name), set(named))
    notes = (*notes_of(PARTICIPANTS, [people]), *notes_of(f"*_{SESSIONS}", tables), *filled)
    paths = tuple(named[session] for session in table["session"])
    return ScanList(folder, table, paths, (*left_out, *extra), notes=notes)


def _visits(found: FieldTable, name: str) -> dict[str, dict[str, Value]]:
    """The fields of each session by `ses-...`, from a participant's session table."""
    table = _indexed(found, name, "session", "session_id", "ses-")
    return table.drop(columns="person", errors="ignore").to_dict(orient="index")


def _indexed(found: FieldTable, name: str, key: str, column: str, prefix: str) -> pd.DataFrame:
    """A table indexed by `key`, every name with its prefix.

    Args:
        column: what BIDS calls the key.
    Raises:
        CohortError: the table lacks the column, or a name stands in it twice.
    """
    table = found.fields
    if key not in table:
        raise CohortError(f"Expected the column {column} in {name}. Check the folder against the BIDS standard.")
    table[key] = prefix + table[key].str.removeprefix(prefix)
    twice = table[key][table[key].duplicated()]
    if len(twice):
        raise CohortError(f"{twice.iloc[0]} is listed in {name} more than once. Keep one of the rows.")
    return table.set_index(key)


def _scans(folder: Path) -> tuple[dict[tuple[str, str], Path], list[str]]:
    """One T1 scan per (participant, session), with session "" where there are none, and a sentence for each additional scan."""
    found: dict[tuple[str, str], Path] = {}
    further = []
    for path in sorted([*folder.glob("sub-*/anat/*_T1w.nii*"), *folder.glob("sub-*/ses-*/anat/*_T1w.nii*")], key=_in_order):
        parts = path.relative_to(folder).parts
        key = (parts[0], parts[1] if len(parts) == 4 else "")
        if found.setdefault(key, path) != path:
            further.append(f"{_name(*key)}: has another T1 scan, {path.name}, which is not used.")
    return found, further


def _known(cells: Mapping[str, Value]) -> dict[str, Value]:
    return {field: value for field, value in cells.items() if not pd.isna(value)}


def _name(person: str, session: str) -> str:
    return f"{person}_{session}" if session else person


def _in_order(text: str | Path) -> list[tuple[int, str]]:
    """A sort key that puts ses-M6 before ses-M12, and run-2 before run-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(text))]
