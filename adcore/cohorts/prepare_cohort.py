"""A data set's whole heads made ready for training: in parallel, one file a session, going on where it stopped."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

import torch
from tqdm import tqdm

from adcore.cohorts.contact_sheet import draw_scan, join_pictures
from adcore.cohorts.prepared_folder import Outcome, PreparedFolder
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import AdcoreError, CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.readers.header_pair import read_scan_or_pair
from adcore.readers.isolation import in_child
from adcore.volumetry.findings import INTRACRANIAL, MEASURES

PICTURES = "pictures"


@dataclass(frozen=True)
class HeadTask:
    """One scan's preparation, with all that another process needs to know.

    Attributes:
        name: the scan's path as it is written down.
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
    heads: ScanList, out: Path, workers: int = 1, config: PreparationConfig | None = None, *, again: bool = False
) -> tuple[int, int]:
    """Prepare every head that is not done, and write the tables and contact sheets of all.

    A session is done when its outcome is kept and its file has not changed since. A scan that cannot be read, placed or passed
    is an outcome, too.

    Args:
        out: the prepared folder; see adcore.cohorts.prepared_folder.
        workers: processes that prepare at once; each takes about 2.5 GB and shares the cores with the others.
        again: whether scans that could not be used before are tried once more.
    Returns:
        how many sessions can be used, and how many cannot.
    Raises:
        CohortError: the folder was made with another configuration, or a worker was killed.
    """
    config = config or PreparationConfig()
    folder = PreparedFolder(out, config)
    folder.begin()
    (out / PICTURES).mkdir(exist_ok=True)
    tasks = [
        HeadTask(session, scan, _told(scan, heads.root), _stamp(scan), heads.axes, out, config)
        for session, scan in zip(heads.table["session"], heads.scans, strict=True)
    ]
    left = [task for task in tasks if not _done(folder.outcome(task.session), task, again)]
    try:
        for _ in tqdm(_run(left, workers), desc="preparing", total=len(left), disable=None):
            pass
    finally:
        counts = folder.write_tables(heads)
    pictures = [picture for task in tasks if (picture := _picture(folder, task.session)).is_file()]
    for sheet in out.glob("sheet_*.png"):
        sheet.unlink()
    join_pictures(pictures, out)
    return counts


def prepare_one(task: HeadTask) -> str:
    """Prepare one head and keep what became of it; returns the session's name."""
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


def _run(tasks: list[HeadTask], workers: int) -> Iterator[str]:
    if workers == 1 or len(tasks) < 2:
        yield from map(prepare_one, tasks)
        return
    threads = max(1, torch.get_num_threads() // workers)
    context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads half
    with ProcessPoolExecutor(workers, context, torch.set_num_threads, (threads,)) as pool:
        waiting = [pool.submit(prepare_one, task) for task in tasks]
        try:
            for future in as_completed(waiting):
                yield future.result()
        except BrokenProcessPool as error:
            raise CohortError(
                "A worker process was killed, most likely for want of memory. What is done is kept: run again with fewer workers."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _done(outcome: Outcome | None, task: HeadTask, again: bool) -> bool:
    return outcome is not None and outcome.stamp == task.stamp and (outcome.usable or not again)


def _volumes(prepared: PreparedScan) -> tuple[float | None, float | None]:
    """Intracranial volume in cubic centimetres and the brain's share of it, by the structure network."""
    whole = prepared.volume_ml(INTRACRANIAL)
    return (round(whole, 1), round(prepared.volume_ml(MEASURES["whole brain"]) / whole, 4)) if whole else (None, None)


def _picture(folder: PreparedFolder, session: str) -> Path:
    return folder.path / PICTURES / folder.file_of(session).with_suffix(".png").name


def _told(scan: Path, root: Path) -> str:
    return scan.relative_to(root).as_posix() if scan.is_relative_to(root) else str(scan)


def _stamp(scan: Path) -> str:
    """Size and time of every file that belongs to the scan: an .img beside its .hdr, the slices in a folder."""
    files = sorted(scan.rglob("*")) if scan.is_dir() else sorted(scan.parent.glob(f"{escape(scan.stem)}.*")) or [scan]
    states = [file.stat() for file in files if file.is_file()]
    return f"{len(states)} {sum(state.st_size for state in states)} {max((state.st_mtime_ns for state in states), default=0)}"
