"""Prepare the whole-head scans of a data set for training: in parallel, one file per session, resuming where it stopped."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from adcore.case.reason import CheckCode
from adcore.cohorts.contact_sheet import draw_scan, join_pictures
from adcore.cohorts.prepared_folder import Outcome, PreparedFolder
from adcore.cohorts.progress import with_progress
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.scan_files import name_of, state_of
from adcore.cohorts.workers import in_workers
from adcore.errors import AdcoreError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan_or_pair
from adcore.readers.isolation import in_child
from adcore.volumetry.findings import INTRACRANIAL, MEASURES

PICTURES = "pictures"


@dataclass(frozen=True)
class ScanTask:
    """The preparation of one scan, with everything a worker process needs.

    Attributes:
        name: path of the scan as written to the tables.
        axes: as read_pair takes them.
        out: the prepared folder.
    """

    session: str
    scan: Path
    name: str
    stamp: str
    axes: str | None
    out: Path
    config: PreparationConfig = field(default_factory=PreparationConfig)


def prepare_cohort(
    scans: ScanList, out: Path, workers: int = 1, config: PreparationConfig | None = None, *, again: bool = False
) -> tuple[int, int]:
    """Prepare every scan that is not done, and write the tables and contact sheets of all.

    A session is done when its outcome is stored and its file has not changed since. A scan that cannot be read or registered, or
    fails a check, has an outcome too; so has one whose process was killed, but it is tried again.

    Args:
        out: the prepared folder; see adcore.cohorts.prepared_folder.
        workers: number of parallel processes with one thread and about 2.5 GB each; 1 works here, with all threads.
        again: retry scans that could not be used before.
    Returns:
        the number of usable and of unusable sessions.
    Raises:
        CohortError: the folder was prepared with another configuration, or no worker process could begin.
    """
    config = config or PreparationConfig()
    folder = PreparedFolder(out, config)
    folder.begin()
    (out / PICTURES).mkdir(exist_ok=True)
    tasks = [
        ScanTask(session, scan, name_of(scan, scans.root), state_of(scan), scans.axes, out, config)
        for session, scan in zip(scans.table["session"], scans.scans, strict=True)
    ]
    left = [task for task in tasks if not _done(folder.outcome(task.session), task, again)]
    try:
        for _ in with_progress(in_workers(prepare_one, left, workers, _failed), "preparing", len(left)):
            pass
    finally:
        counts = folder.write_tables(scans)
    pictures = [picture for task in tasks if (picture := _picture(folder, task.session)).is_file()]
    for sheet in out.glob("sheet_*.png"):
        sheet.unlink()
    join_pictures(pictures, out)
    return counts


def prepare_one(task: ScanTask) -> str:
    """Prepare one scan and store its outcome; returns the name of the session."""
    folder = PreparedFolder(task.out, task.config)
    picture = _picture(folder, task.session)
    picture.unlink(missing_ok=True)
    try:
        prepared = prepare_scan(in_child(read_scan_or_pair, task.scan, task.axes), task.config)
    except AdcoreError as error:
        folder.keep(Outcome(task.session, task.name, task.stamp, sentences=(str(error),)), None)
        return task.session
    failed = [check for check in prepared.checks if not check.passed]
    draw_scan(prepared, f"{task.session}: {', '.join(check.name for check in failed) or 'fit'}", picture)
    etiv, nwbv = _volumes(prepared)
    sentences = tuple(check.sentence for check in failed)
    smoothness, noise = (_value(prepared, code) for code in (CheckCode.SHARPNESS, CheckCode.NOISE))
    outcome = Outcome(task.session, task.name, task.stamp, prepared.scan.sha256, sentences, etiv, nwbv, smoothness, noise)
    folder.keep(outcome, prepared.slices)
    return task.session


def _failed(task: ScanTask, sentence: str) -> str:
    """Keep a sentence without a stamp, so that the scan is tried again."""
    PreparedFolder(task.out, task.config).keep(Outcome(task.session, task.name, stamp="", sentences=(sentence,)), None)
    return task.session


def _done(outcome: Outcome | None, task: ScanTask, again: bool) -> bool:
    return outcome is not None and outcome.stamp == task.stamp and (outcome.usable or not again)


def _volumes(prepared: PreparedScan) -> tuple[float | None, float | None]:
    """Intracranial volume in cubic centimetres and the brain's share of it, measured by the structure network."""
    whole = prepared.volume_ml(INTRACRANIAL)
    return (round(whole, 1), round(prepared.volume_ml(MEASURES["whole brain"]) / whole, 4)) if whole else (None, None)


def _value(prepared: PreparedScan, code: CheckCode) -> float | None:
    """What a check measured; None where it could not."""
    value = next(check.value for check in prepared.checks if check.code is code)
    return round(value, 4) if value is not None and math.isfinite(value) else None


def _picture(folder: PreparedFolder, session: str) -> Path:
    return folder.path / PICTURES / folder.file_of(session).with_suffix(".png").name
