"""What a worker can do: each task takes the model, a callback for its stages, and its own arguments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import torch

from adcore.analysis import Analysis, OtherStructures, Step
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.explain import SaliencyMethod
from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit, follow
from adcore.pipeline import analyse, explain_again
from adcore.predict import Predictor

OnStep = Callable[[str], None]

CANCELLED = "The analysis was cancelled. What you entered is kept."


class Task(StrEnum):
    """The tasks by name."""

    ANALYSE = "analyse"
    EXPLAIN = "explain again"
    OTHER_STRUCTURES = "other structures"
    FOLLOW = "follow"


@dataclass(frozen=True)
class Call:
    """One piece of work.

    Attributes:
        args: of the task, picklable.
        weights_sha256: of the model that has to do it.
        threads: of torch; results depend on it in the last bits.
    """

    task: Task
    args: tuple[Any, ...]
    weights_sha256: str
    threads: int = field(default_factory=torch.get_num_threads)


def run_task(predictor: Predictor, call: Call, on_step: OnStep) -> Any:
    """Do one piece of work.

    Raises:
        AdcoreError: as raised by it.
    """
    tasks: dict[Task, Callable[..., Any]] = {
        Task.ANALYSE: _analyse,
        Task.EXPLAIN: _explain,
        Task.OTHER_STRUCTURES: _other_structures,
        Task.FOLLOW: _follow,
    }
    return tasks[call.task](predictor, on_step, *call.args)


def _analyse(predictor: Predictor, on_step: OnStep, scan: Scan, record: ClinicalRecord) -> Analysis:
    analysis = analyse(scan, record, predictor, on_step=on_step)
    _ = analysis.prepared.structures  # here, where it takes a second of no page
    return analysis


def _explain(predictor: Predictor, on_step: OnStep, analysis: Analysis, saliency: SaliencyMethod, tested: bool) -> Analysis:
    return explain_again(analysis, predictor, saliency, tested=tested, on_step=on_step)


def _other_structures(predictor: Predictor, on_step: OnStep, analysis: Analysis, targets: Mapping[str, float | str]) -> Analysis:
    from adcore.cohorts.synthetic.what_if_structures import what_if_structures  # loads the template's tissues

    on_step(Step.DEFORM.value)
    found = what_if_structures(analysis, targets, predictor, on_step)
    return replace(analysis, other_structures=OtherStructures(found.sentence, found.picture()))


def _follow(predictor: Predictor, on_step: OnStep, planned: Sequence[PlannedVisit]) -> Course:
    return follow(planned, predictor, on_step=on_step)
