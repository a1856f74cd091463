"""A BIDS folder: participants.tsv, session tables where present, T1 scans (https://bids-specification.readthedocs.io).

ADNI has this layout when converted by Clinica: participants.tsv, sub-*/sub-*_sessions.tsv, sub-*/ses-*/anat/*_T1w.nii.gz.
"""

import re
from pathlib import Path

import pandas as pd

from adcore.cohorts.fields import clean
from adcore.cohorts.matching import with_scans
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.tables import read_text_table, usual_columns
from adcore.errors import CohortError

PARTICIPANTS = "participants.tsv"
SESSIONS = "sessions.tsv"

LASTING = ("sex", "education_years", "ses")
"""Fields that do not change between visits. The others belong to a visit, so participants.tsv gives them for the first only."""


def find_bids(folder: Path) -> ScanList:
    """The T1 scans of a BIDS folder with the fields from its tables.

    A session table takes precedence over participants.tsv. If a session has several T1 scans, the first run is used and the
    others are listed in `left_out`.

    Raises:
        CohortError: a table is missing or damaged, or there is no scan.
    """
    participants = _indexed(folder / PARTICIPANTS, "person", "participant_id", "sub-").drop(columns="session", errors="ignore")
    scans, extra = _scans(folder)
    rows = []
    for person in participants.index:
        visits = _visits(folder, person)
        sessions = sorted({session for owner, session in scans if owner == person} | set(visits), key=_in_order) or [""]
        for place, session in enumerate(sessions):
            row = {"person": person, "session": _name(person, session), **_known(visits.get(session, {}))}
            for field, value in _known(participants.loc[person].to_dict()).items():
                if field in LASTING or place == 0:
                    row.setdefault(field, value)
            rows.append(row)
    named = {_name(*key): path for key, path in scans.items()}
    table, left_out = with_scans(clean(pd.DataFrame(rows), folder.name), set(named))
    return ScanList(folder, table, tuple(named[session] for session in table["session"]), (*left_out, *extra))


def _visits(folder: Path, person: str) -> dict[str, dict[str, str]]:
    """The fields of each session from the participant's session table, by `ses-...`; empty if there is no such table."""
    path = folder / person / f"{person}_{SESSIONS}"
    if not path.is_file():
        return {}
    table = _indexed(path, "session", "session_id", "ses-")
    return table.drop(columns="person", errors="ignore").to_dict(orient="index")


def _indexed(path: Path, key: str, column: str, prefix: str) -> pd.DataFrame:
    """A table indexed by `key`, every name with its prefix; all cells are text.

    Args:
        column: what BIDS calls the key.
    Raises:
        CohortError: the table is missing or damaged, or lacks the column, or a name stands in it twice.
    """
    table = usual_columns(read_text_table(path), path.name)
    if key not in table:
        raise CohortError(f"Expected the column {column} in {path.name}. Check the folder against the BIDS standard.")
    table[key] = prefix + table[key].str.removeprefix(prefix)
    twice = table[key][table[key].duplicated()]
    if len(twice):
        raise CohortError(f"{twice.iloc[0]} is listed in {path.name} more than once. Keep one of the rows.")
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


def _known(cells: dict[str, str]) -> dict[str, str]:
    return {field: value for field, value in cells.items() if value.strip().lower() not in ("", "n/a")}


def _name(person: str, session: str) -> str:
    return f"{person}_{session}" if session else person


def _in_order(text: str | Path) -> list[tuple[int, str]]:
    """A sort key that puts ses-M6 before ses-M12, and run-2 before run-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(text))]
