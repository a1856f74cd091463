"""Prepare the whole-head scans of a data set for training: in parallel, one file per session, resuming where it stopped."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

import torch

from adcore.cohorts.contact_sheet import draw_scan, join_pictures
from adcore.cohorts.prepared_folder import Outcome, PreparedFolder
from adcore.cohorts.progress import with_progress
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import AdcoreError, CohortError
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
    fails a check, has an outcome too.

    Args:
        out: the prepared folder; see adcore.cohorts.prepared_folder.
        workers: number of parallel processes; each needs about 2.5 GB and they share the cores.
        again: retry scans that could not be used before.
    Returns:
        the number of usable and of unusable sessions.
    Raises:
        CohortError: the folder was prepared with another configuration, or a worker process was killed.
    """
    config = config or PreparationConfig()
    folder = PreparedFolder(out, config)
    folder.begin()
    (out / PICTURES).mkdir(exist_ok=True)
    tasks = [
        ScanTask(session, scan, _name(scan, scans.root), _stamp(scan), scans.axes, out, config)
        for session, scan in zip(scans.table["session"], scans.scans, strict=True)
    ]
    left = [task for task in tasks if not _done(folder.outcome(task.session), task, again)]
    try:
        for _ in with_progress(_run(left, workers), "preparing", len(left)):
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
    outcome = Outcome(task.session, task.name, task.stamp, prepared.scan.sha256, sentences, etiv, nwbv)
    folder.keep(outcome, prepared.slices)
    return task.session


def _run(tasks: list[ScanTask], workers: int) -> Iterator[str]:
    if workers == 1 or len(tasks) < 2:
        yield from map(prepare_one, tasks)
        return
    threads = max(1, torch.get_num_threads() // workers)
    context = multiprocessing.get_context("spawn")  # a fork would leave torch's threads in a broken state
    with ProcessPoolExecutor(workers, context, torch.set_num_threads, (threads,)) as pool:
        waiting = [pool.submit(prepare_one, task) for task in tasks]
        try:
            for future in as_completed(waiting):
                yield future.result()
        except BrokenProcessPool as error:
            raise CohortError(
                "A worker process was killed, most likely because memory ran out. Finished scans are kept: run again with fewer "
                "workers."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _done(outcome: Outcome | None, task: ScanTask, again: bool) -> bool:
    return outcome is not None and outcome.stamp == task.stamp and (outcome.usable or not again)


def _volumes(prepared: PreparedScan) -> tuple[float | None, float | None]:
    """Intracranial volume in cubic centimetres and the brain's share of it, measured by the structure network."""
    whole = prepared.volume_ml(INTRACRANIAL)
    return (round(whole, 1), round(prepared.volume_ml(MEASURES["whole brain"]) / whole, 4)) if whole else (None, None)


def _picture(folder: PreparedFolder, session: str) -> Path:
    return folder.path / PICTURES / folder.file_of(session).with_suffix(".png").name


def _name(scan: Path, root: Path) -> str:
    return scan.relative_to(root).as_posix() if scan.is_relative_to(root) else str(scan)


def _stamp(scan: Path) -> str:
    """Number, total size and latest time of the files of a scan: .hdr and .img, or all slices in a folder."""
    files = sorted(scan.rglob("*")) if scan.is_dir() else sorted(scan.parent.glob(f"{escape(scan.stem)}.*")) or [scan]
    states = [file.stat() for file in files if file.is_file()]
    return f"{len(states)} {sum(state.st_size for state in states)} {max((state.st_mtime_ns for state in states), default=0)}"
