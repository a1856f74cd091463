"""A BIDS folder: participants.tsv, session tables where present, T1 scans (https://bids-specification.readthedocs.io).

ADNI has this layout when converted by Clinica: participants.tsv, sub-*/sub-*_sessions.tsv, sub-*/ses-*/anat/*_T1w.nii.gz.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from adcore.cohorts.bids_selection import BidsSelection, entities_of
from adcore.cohorts.field_table import FieldTable, Value, check_kept, notes_of, read_field_table
from adcore.cohorts.fields import clean
from adcore.cohorts.matching import with_scans
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.tables import ENTRY_AGE, SITE
from adcore.cohorts.visit_ages import fill_ages
from adcore.errors import CohortError

PARTICIPANTS = "participants.tsv"
SESSIONS = "sessions.tsv"

LASTING = ("sex", "education_years", "ses", ENTRY_AGE)
"""Fields that do not change between visits. The others belong to a visit, so participants.tsv gives them for the first only."""

_ASKED = "asked for"


def find_bids(folder: Path, selection: BidsSelection | None = None, keep: Collection[str] = ()) -> ScanList:
    """The T1 scans of a BIDS folder with the fields from its tables.

    A session table takes precedence over participants.tsv. If a session has several T1 scans, the first run is used and the
    others are listed in `left_out`. Without participants.tsv, which BIDS does not require, every field is unknown.

    Args:
        selection: which scans are used; all where None. Which visit is a participant's first depends on all visits.
        keep: columns of the tables to keep as text.
    Raises:
        CohortError: a table is damaged, a label of the selection is not there, or there is no scan.
    """
    selection = selection or BidsSelection()
    scans = _scans(folder)
    if not scans:
        why = "found none" if folder.is_dir() else "but it does not exist"
        raise CohortError(f"Expected T1 scans, sub-*/[ses-*/]anat/*_T1w.nii.gz, in {folder}, {why}. Check the path.")
    selection.check_labels(scans)
    participants, kept, notes = _participants(folder, scans, keep)
    rows, tables = [], []
    for person in participants.index:
        visits: dict[str, dict[str, Value]] = {}
        path = folder / person / f"{person}_{SESSIONS}"
        if path.is_file():
            tables.append(read_field_table(path, keep=keep))
            kept |= set(tables[-1].kept)
            visits = _visits(tables[-1], path.name)
        sessions = sorted({session for owner, session in scans if owner == person} | set(visits), key=_in_order) or [""]
        for place, session in enumerate(sessions):
            row = {"person": person, "session": _name(person, session), **_known(visits.get(session, {}))}
            for field, value in _known(participants.loc[person].to_dict()).items():
                if field in (*LASTING, SITE) or place == 0:
                    row.setdefault(field, value)
            rows.append(row | {_ASKED: selection.asks_for(person, session)})
    if not rows:
        raise CohortError(f"{PARTICIPANTS} in {folder} lists nobody. Add the participants, or remove the file.")
    check_kept(keep, kept, f"{PARTICIPANTS} or *_{SESSIONS}")
    aged, filled = fill_ages(pd.DataFrame(rows))
    asked = aged[aged[_ASKED]].reset_index(drop=True)
    further = asked.reindex(columns=sorted(kept)).astype(object)
    named, left_out = _choose({visit: found for visit, found in scans.items() if selection.asks_for(*visit)}, selection)
    table, unmatched = with_scans(clean(asked, folder.name).join(further.where(further.notna(), None)), set(named))
    notes = (*notes, *notes_of(f"*_{SESSIONS}", tables), *filled)
    paths = tuple(named[session] for session in table["session"])
    return ScanList(folder, table, paths, (*unmatched, *left_out), notes=notes)


def _participants(
    folder: Path, visits: Collection[tuple[str, str]], keep: Collection[str]
) -> tuple[pd.DataFrame, set[str], tuple[str, ...]]:
    """The fields of participants.tsv and what is kept, indexed by participant; what is kept, and what to tell of the table."""
    if not (folder / PARTICIPANTS).is_file():
        index = pd.Index(sorted({person for person, _ in visits}, key=_in_order))
        return pd.DataFrame(index=index), set(), (f"There is no {PARTICIPANTS}, so what it would tell is unknown.",)
    found = read_field_table(folder / PARTICIPANTS, keep=keep)
    table = _indexed(found, PARTICIPANTS, "person", "participant_id", "sub-").drop(columns="session", errors="ignore")
    return table, set(found.kept), notes_of(PARTICIPANTS, [found])


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
    table = found.fields.join(found.kept)
    if key not in table:
        raise CohortError(f"Expected the column {column} in {name}. Check the folder against the BIDS standard.")
    table[key] = prefix + table[key].str.removeprefix(prefix)
    twice = table[key][table[key].duplicated()]
    if len(twice):
        raise CohortError(f"{twice.iloc[0]} is listed in {name} more than once. Keep one of the rows.")
    return table.set_index(key)


def _scans(folder: Path) -> dict[tuple[str, str], list[Path]]:
    """Every T1 scan by participant and session, with session "" where there are none; of a visit, the first run comes first."""
    found: dict[tuple[str, str], list[Path]] = {}
    for path in sorted([*folder.glob("sub-*/anat/*_T1w.nii*"), *folder.glob("sub-*/ses-*/anat/*_T1w.nii*")], key=_by_run):
        parts = path.relative_to(folder).parts
        found.setdefault((parts[0], parts[1] if len(parts) == 4 else ""), []).append(path)
    return found


def _by_run(scan: Path) -> tuple[int, int, list[tuple[int, str]]]:
    """A sort key: by run, then the plainest name."""
    found = entities_of(scan)
    run = found.get("run", "")
    return int(run) if run.isdigit() else 0, len(found), _in_order(scan)


def _choose(scans: Mapping[tuple[str, str], list[Path]], selection: BidsSelection) -> tuple[dict[str, Path], list[str]]:
    """One scan a visit by the visit's name, and a sentence for each further scan that was not filtered away.

    Raises:
        CohortError: the filter takes no scan at all.
    """
    taken = {_name(*visit): [scan for scan in found if selection.takes(scan)] for visit, found in scans.items()}
    if taken and not any(taken.values()):
        names = ", ".join(scan.name for found in list(scans.values())[:3] for scan in found)
        raise CohortError(f"The filter takes none of the T1 scans, such as {names}. Check the filter file.")
    further = [
        f"{name}: has another T1 scan, {scan.name}, which is not used." for name, found in taken.items() for scan in found[1:]
    ]
    return {name: found[0] for name, found in taken.items() if found}, further


def _known(cells: Mapping[str, Value]) -> dict[str, Value]:
    return {field: value for field, value in cells.items() if not pd.isna(value)}


def _name(person: str, session: str) -> str:
    return f"{person}_{session}" if session else person


def _in_order(text: str | Path) -> list[tuple[int, str]]:
    """A sort key that puts ses-M6 before ses-M12, and run-2 before run-10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(text))]
