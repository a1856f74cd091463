"""What all users share: one loaded model, and one queue of analyses, each run in a process of its own. Keeps no patient data."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.explain import SaliencyMethod
from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit
from adcore.pipeline import answer_again, inputs_key
from adcore.predict import Predictor, load_predictor
from adcore.readers import isolation
from adcore.worker import Call, Task, Worker
from app.browser import this_owner
from app.jobs import MAX_JOBS, BusyError, Job, Queue, Work
from app.refusals import UNFORESEEN, as_refusal, outcome

__all__ = ["MAX_JOBS", "MODEL_VARIABLE", "UNFORESEEN", "BusyError", "Job", "Runtime", "as_refusal", "runtime"]

T = TypeVar("T")

MODEL_VARIABLE = "ADCORE_MODEL"
"""Environment variable: name or folder of the model to use; unset, the shipped model."""


class Runtime:
    """The process's one model, its worker process for analyses, and its thread for short work."""

    def __init__(self) -> None:
        name = os.environ.get(MODEL_VARIABLE, "")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="short work")
        self._predictor = self._thread.submit(lambda: load_predictor(name or None))
        self._worker = Worker(name)
        self._queue = Queue()
        self.demo_answers: dict[str, Analysis] = {}
        """Of synthetic demo patients, by the scan (sha256): nobody's, so whoever opens one need not wait for it again."""

    def warm_up(self) -> None:
        """Load the readers and the worker's model in the background, so that the first patient does not wait for them."""
        isolation.warm_up()
        self._worker.warm_up()

    def predictor(self) -> Predictor:
        """The model, loaded once; never modified.

        Raises:
            AdcoreError: it is missing or damaged.
        """
        return outcome(self._predictor)

    def compute(self, work: Callable[[Predictor], T]) -> T:
        """Run short work with the model, and wait for it.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        predictor = self.predictor()
        return outcome(self._thread.submit(work, predictor))

    def key(self, scan: Scan, record: ClinicalRecord) -> str:
        """Digest of everything an answer depends on: the scan, the record as the networks read it, the model."""
        return inputs_key(scan, record, self.predictor().weights_sha256)

    def start(self, session_id: str, scan: Scan, record: ClinicalRecord, user: str | None = None) -> Job[Analysis]:
        """Queue one analysis.

        Args:
            user: whose it is; None: of the one for whom the page at hand runs.
        Raises:
            BusyError: this session already runs one, or too many are waiting.
            ModelError: there is no model.
        """
        return self._add(session_id, self.key(scan, record), Task.ANALYSE, scan, record, user=user)

    def start_while_idle(self, scan: Scan, record: ClinicalRecord) -> Job[Analysis]:
        """Queue an analysis that nobody waits for yet; it ends as soon as a user's is queued.

        Raises:
            BusyError: something runs or waits.
            ModelError: there is no model.
        """
        return self._queue.add_while_idle(self.key(scan, record), self._work(Task.ANALYSE, scan, record))

    def answer_again(self, analysis: Analysis, record: ClinicalRecord) -> Analysis:
        """Answer an analysed scan with other fields: a fraction of a second, on the page's own thread.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        try:
            return answer_again(analysis, record, self.predictor())
        except Exception as error:
            raise as_refusal(error) from error

    def explain(self, session_id: str, key: str, analysis: Analysis, saliency: SaliencyMethod, *, tested: bool) -> Job[Analysis]:
        """Queue other maps of an answered case, or a test of those that it has; the answer stays.

        Raises:
            BusyError: this session already has work running, or too much is waiting.
            ModelError: there is no model.
        """
        return self._add(session_id, key, Task.EXPLAIN, analysis, saliency, tested)

    def other_structures(self, session_id: str, key: str, analysis: Analysis, targets: Mapping[str, str]) -> Job[Analysis]:
        """Queue the answer had this patient's structures another volume; the answer itself stays.

        Raises:
            BusyError: this session already has work running, or too much is waiting.
            ModelError: there is no model.
        """
        return self._add(session_id, key, Task.OTHER_STRUCTURES, analysis, targets)

    def follow(self, session_id: str, key: str, planned: Sequence[PlannedVisit]) -> Job[Course]:
        """Queue one comparison of visits.

        Raises:
            BusyError: this session already has work running, or too much is waiting.
            ModelError: there is no model.
        """
        return self._add(session_id, key, Task.FOLLOW, planned)

    def _add(self, session_id: str, key: str, task: Task, *args: object, user: str | None = None) -> Job[Any]:
        return self._queue.add(session_id, key, self._work(task, *args), user or this_owner())

    def _work(self, task: Task, *args: object) -> Work[Any]:
        call = Call(task, args, self.predictor().weights_sha256)
        return lambda on_step, stop: self._worker.run(call, on_step, stop)


@st.cache_resource(show_spinner=False)
def runtime() -> Runtime:
    """The process's runtime; the first call starts to load the model and the atlas."""
    shared = Runtime()
    shared.warm_up()
    return shared
