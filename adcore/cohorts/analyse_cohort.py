"""Analyse the scans of a data set with the one pipeline: in parallel, one file per session, resuming where it stopped."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.analysed_folder import Analysed, is_current, keep, kept, write_tables
from adcore.cohorts.cohort import record_of
from adcore.cohorts.measures import for_model
from adcore.cohorts.on_dask import on_dask
from adcore.cohorts.progress import with_progress
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.scan_files import digest_of, state_of
from adcore.cohorts.shard import Shard
from adcore.cohorts.workers import in_workers
from adcore.errors import PreparationError, ReadingStoppedError, ScanError
from adcore.explain.explanation import SaliencyMethod
from adcore.model.card_schema import MeasureCard
from adcore.model.seal import card_digest, read_document
from adcore.model.shipped import SHIPPED_MODELS
from adcore.pipeline import analyse
from adcore.predict import Predictor, load_predictor
from adcore.prepare.config import PreparationConfig
from adcore.prepare.stages import preload
from adcore.readers import read_scan_or_pair
from adcore.readers.isolation import in_child
from adcore.version import __version__

logger = logging.getLogger(__name__)


class FurtherFiles(Protocol):
    """Files that are written for each scan beside its stored analysis. Pickled for worker processes."""

    def write(self, scan: Path, analysis: Analysis, predictor: Predictor) -> None:
        """Write the files of one scan, each whole or not at all."""

    def written(self, scan: Path, document: dict[str, Any]) -> bool:
        """Whether all files are there that the analysis has, by its document."""


@dataclass(frozen=True)
class AnalysisTask:
    """The analysis of one scan, with everything a worker process needs.

    Attributes:
        axes: as read_pair takes them.
        made_of: see Analysed.
        model: the model's folder.
        out: the folder of analyses.
        further: what is written beside it.
    """

    session: str
    scan: Path
    axes: str | None
    record: ClinicalRecord
    made_of: str
    model: Path
    saliency: SaliencyMethod | None
    out: Path
    further: FurtherFiles | None = None


def analyse_cohort(
    scans: ScanList,
    model: Path,
    out: Path,
    workers: int = 1,
    *,
    scheduler: str | None = None,
    shard: Shard | None = None,
    again: bool = False,
    saliency: SaliencyMethod | None = None,
    header_confirmed: bool = False,
) -> pd.DataFrame | None:
    """Analyse every scan that is not done, and write the tables of all.

    A session is done when its analysis, or the refusal of its scan, is stored and neither the content of the scan nor its fields,
    the model, the settings or the version of adcore has changed since.

    Args:
        model: folder of the model.
        out: the folder of analyses; see adcore.cohorts.analysed_folder.
        workers: number of parallel processes on this machine; see in_workers.
        scheduler: address of a Dask scheduler, whose workers do the work instead; see on_dask. They have to find model, scans and
            `out` at the paths that these have here.
        shard: which scans to analyse; the tables of all are then left to a run without a shard.
        again: retry scans that failed before.
        saliency, header_confirmed: as analyse and ClinicalRecord take them, for all scans.
    Returns:
        the table as written; None for a shard.
    Raises:
        ModelError: the model is missing or damaged.
        CohortError: no worker process could begin, or see on_dask.
    """
    tasks = tasks_of(scans, model, out, saliency=saliency, header_confirmed=header_confirmed)
    share = [task for task in tasks if shard is None or shard.holds(task.session)]
    try:
        analyse_tasks(share, workers, scheduler=scheduler, again=again)
    finally:
        table = write_tables(out, scans, made_of(tasks)) if shard is None else None
    return table


def tasks_of(
    scans: ScanList,
    model: Path,
    out: Path,
    *,
    saliency: SaliencyMethod | None = None,
    header_confirmed: bool = False,
    further: FurtherFiles | None = None,
) -> list[AnalysisTask]:
    """One task a scan; arguments as those of analyse_cohort.

    Raises:
        ModelError: the model is missing or damaged.
        CohortError: the table lacks a measure that the model reads, or holds no numbers there.
    """
    card = read_document(model)
    settings = _settings(card, saliency)
    measures = [MeasureCard(**one) for one in card.get("measures", [])]
    table, told = for_model(scans.table, measures)
    for sentence in told:
        logger.warning(sentence)
    tasks = []
    for (_, values), scan in zip(table.iterrows(), scans.scans, strict=True):
        record = record_of(values, [one.name for one in measures]).model_copy(update={"header_confirmed": header_confirmed})
        content = json.dumps([settings, scans.axes, record.model_dump(mode="json")], sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        tasks.append(AnalysisTask(values["session"], scan, scans.axes, record, digest, model, saliency, out, further))
    return tasks


def made_of(tasks: Sequence[AnalysisTask]) -> dict[str, str]:
    """By session, what an outcome is made of that is up to date."""
    return {task.session: task.made_of for task in tasks}


def analyse_tasks(tasks: Sequence[AnalysisTask], workers: int = 1, *, scheduler: str | None = None, again: bool = False) -> None:
    """Do all tasks that are not done; arguments as those of analyse_cohort."""
    left = [task for task in tasks if not _done(task, again)]
    if not left:
        return
    prepare = partial(begin, left[0].model)
    if scheduler is None:
        done = in_workers(analyse_one, left, workers, _failed, prepare)
    else:
        done = analyse_on_dask(left, scheduler, prepare, again=again)
    for _ in with_progress(done, "analysing", len(left)):
        pass


def analyse_one(task: AnalysisTask) -> str:
    """Analyse one scan and store its outcome; returns the name of the session."""
    outcome = partial(Analysed, task.session, task.made_of, state_of(task.scan), digest_of(task.scan))
    try:
        scan = in_child(read_scan_or_pair, task.scan, task.axes)
        analysis = analyse(scan, task.record, _predictor(task.model), saliency=task.saliency)
    except ReadingStoppedError as error:
        return _failed(task, str(error))
    except (ScanError, PreparationError) as error:
        keep(task.out, outcome(failure=str(error)))
    else:
        if task.further is not None:
            task.further.write(task.scan, analysis, _predictor(task.model))
        keep(task.out, outcome(document=analysis.to_json()))
    return task.session


def begin(model: Path) -> None:
    """Load what every analysis needs."""
    _predictor(model)
    preload()


def analyse_on_dask(
    tasks: Sequence[AnalysisTask],
    scheduler: str,
    begin: Callable[[], None],
    work: Callable[[AnalysisTask], str] = analyse_one,
    *,
    again: bool = False,
) -> Iterator[str]:
    """Do tasks on a Dask cluster, whose workers find the files by absolute paths; gives the sessions as they are done.

    Args:
        begin, work: as on_dask takes them.
        again: as analyse_cohort takes it.
    """
    absolute = [replace(task, scan=task.scan.absolute(), model=task.model.absolute(), out=task.out.absolute()) for task in tasks]
    return on_dask(work, absolute, scheduler, _failed, begin, partial(_stored, again=again))


@lru_cache(maxsize=1)
def _predictor(model: Path) -> Predictor:
    return load_predictor(model)


def _stored(task: AnalysisTask, *, again: bool) -> str | None:
    return task.session if _done(task, again) else None


def _failed(task: AnalysisTask, sentence: str) -> str:
    """Keep a sentence without the scan's state, so that the scan is tried again."""
    keep(task.out, Analysed(task.session, task.made_of, "", "", failure=sentence))
    return task.session


def _settings(card: dict[str, Any], saliency: SaliencyMethod | None) -> dict[str, str | None]:
    """All that every answer depends on. A card's digest covers the weights and the tables beside it."""
    return {
        "version": __version__,
        "preparation": PreparationConfig().digest,
        "model": card_digest(card),
        "structures": card_digest(read_document(SHIPPED_MODELS / "structures")),
        "saliency": saliency,
    }


def _done(task: AnalysisTask, again: bool) -> bool:
    outcome = kept(task.out, task.session)
    if outcome is None or not is_current(outcome, task.made_of, task.scan) or (outcome.failure and again):
        return False
    return task.further is None or outcome.document is None or task.further.written(task.scan, outcome.document)
