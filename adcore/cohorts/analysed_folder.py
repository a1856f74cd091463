"""A folder of analyses, as `adcore predict --table` writes it: one file per session, written atomically, and tables.

sessions/<key>.json     the analysis of one scan with what it was made of, or why there is none
analyses.csv, .parquet  one row per session, in the order of the cohort
failed.csv              the sessions without an analysis, each with the reason
"""

import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from adcore.analysis.row import Cell, frame_of, row_of
from adcore.atomic import write_atomically
from adcore.cohorts.prepared_folder import FAILED, FAILED_COLUMNS, SESSIONS
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.scan_files import digest_of, key_of, name_of, state_of

CSV_FILE = "analyses.csv"
PARQUET_FILE = "analyses.parquet"

FROM_COHORT: dict[str, type] = {"person": str, "session": str, "scan": str, "cdr": float, "failure": str}
"""Columns in front of those of an analysis. CDR is the label, never an input."""

NOT_YET = "Not analysed yet. Run again to continue."


@dataclass(frozen=True)
class Analysed:
    """The outcome of one scan.

    Attributes:
        made_of: digest of all that the answer depends on besides the scan: fields, model, settings, version.
        state, digest: of the scan's files, see adcore.cohorts.scan_files; empty where the scan is to be tried again.
        document: of Analysis.to_json; None where `failure` says why there is no analysis.
    """

    session: str
    made_of: str
    state: str
    digest: str
    document: dict[str, Any] | None = None
    failure: str = ""


def keep(folder: Path, outcome: Analysed) -> None:
    """Write the outcome of one session atomically."""
    text = json.dumps(asdict(outcome)) + "\n"
    write_atomically(_file_of(folder, outcome.session), lambda file: file.write(text.encode()))


def kept(folder: Path, session: str) -> Analysed | None:
    """The outcome of a session; None where it is missing or damaged."""
    try:
        return Analysed(**json.loads(_file_of(folder, session).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def is_current(outcome: Analysed, made_of: str, scan: Path) -> bool:
    """Whether an outcome is that of a scan as it is now, by its content, and of what else it depends on."""
    return outcome.made_of == made_of and (outcome.state == state_of(scan) or outcome.digest == digest_of(scan))


def write_tables(folder: Path, scans: ScanList, current: dict[str, str]) -> pd.DataFrame:
    """Write the tables of a cohort, whole or not at all, from the stored outcomes.

    Args:
        current: by session, `made_of` of an outcome that is up to date.
    Returns:
        as gathered.
    """
    table = gathered(folder, scans, current)
    write_atomically(folder / CSV_FILE, lambda file: table.to_csv(file, index=False, float_format="%.9g"))
    if parquet_possible():
        _write_parquet(folder / PARQUET_FILE, table)
    without = table.loc[table["failure"] != "", ["session", "scan", "failure"]].to_numpy().tolist()
    failed = [("", "", sentence) for sentence in scans.left_out] + without
    listed = pd.DataFrame(failed, columns=list(FAILED_COLUMNS))
    write_atomically(folder / FAILED, lambda file: listed.to_csv(file, index=False))
    scans.write_notes(folder)
    return table


def gathered(folder: Path, scans: ScanList, current: dict[str, str]) -> pd.DataFrame:
    """The stored outcomes as a table: FROM_COHORT, and the columns of adcore.analysis.row; one row per session.

    Args:
        current: as in write_tables.
    """
    rows: list[dict[str, Cell]] = []
    for (_, values), scan in zip(scans.table.iterrows(), scans.scans, strict=True):
        session = values["session"]
        outcome = kept(folder, session)
        if outcome is None or not (is_current(outcome, current[session], scan) or _to_try_again(outcome, current[session])):
            outcome = Analysed(session, "", "", "", failure=NOT_YET)
        name = name_of(scan, scans.root)
        cells = {"person": values["person"], "session": session, "scan": name, "cdr": values["cdr"], "failure": outcome.failure}
        rows.append(cells | ({} if outcome.document is None else row_of(outcome.document)))
    return frame_of(rows, FROM_COHORT)


def _to_try_again(outcome: Analysed, made_of: str) -> bool:
    return not outcome.state and outcome.made_of == made_of


def parquet_possible() -> bool:
    """Whether pyarrow is here, which adcore[train] brings."""
    return find_spec("pyarrow") is not None


def _write_parquet(path: Path, table: pd.DataFrame) -> None:
    import pyarrow
    from pyarrow import parquet

    write_atomically(path, lambda file: parquet.write_table(pyarrow.Table.from_pandas(table, preserve_index=False), file))


def _file_of(folder: Path, session: str) -> Path:
    return folder / SESSIONS / f"{key_of(session)}.json"
