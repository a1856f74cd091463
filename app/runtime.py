"""The work that all users share: one loaded model and one worker, off the page thread. Keeps no patient's data."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.errors import AdcoreError
from adcore.pipeline import analyse
from adcore.predict import Predictor, load_predictor
from adcore.prepare.stages import preload
from adcore.readers import isolation
from app.failures import as_refusal

T = TypeVar("T")

MODEL_VARIABLE = "ADCORE_MODEL"
"""Environment variable with the name or folder of the model to use; without it, the shipped one."""

MAX_JOBS = 6
"""Analyses that run or wait at once; each holds its scan in memory, so further ones are turned away."""


class BusyError(AdcoreError):
    """No room for another analysis now."""


@dataclass(frozen=True, eq=False)
class Job(Generic[T]):
    """One analysis, or one course of several visits, under way.

    Read by the page; the worker appends to `steps`, which is safe across threads.

    Attributes:
        key: digest of the inputs that it answers.
        steps: the stages begun so far, in plain words.
    """

    key: str
    steps: list[str]
    future: Future[T]

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.future.done()

    def result(self) -> T:
        """Wait for the outcome.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        return _outcome(self.future)


class Runtime:
    """The process's one model and one worker thread: analyses queue, since one alone fills the machine."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._lock = Lock()
        self._busy: set[str] = set()
        self._predictor = self._executor.submit(lambda: load_predictor(os.environ.get(MODEL_VARIABLE) or None))

    def warm_up(self) -> None:
        """Load the readers, and build the atlas behind the model, so that the first patient does not wait for them."""
        isolation.warm_up()
        self._executor.submit(preload)

    def predictor(self) -> Predictor:
        """The model, loaded once; nobody may change it.

        Raises:
            AdcoreError: it is missing or damaged.
        """
        return _outcome(self._predictor)

    def compute(self, work: Callable[[Predictor], T]) -> T:
        """Do a second's work with the model in its turn, between analyses, and wait for it.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        predictor = self.predictor()
        return _outcome(self._executor.submit(work, predictor))

    def key(self, scan: Scan, record: ClinicalRecord) -> str:
        """Digest of all that an answer depends on: the scan, the record as the networks read it, the model."""
        parts = (scan.sha256, record.as_read.model_dump_json(), self.predictor().weights_sha256)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def start(self, session_id: str, scan: Scan, record: ClinicalRecord) -> Job[Analysis]:
        """Queue one analysis.

        Raises:
            BusyError: this session has one under way, or too many wait already.
            ModelError: there is no model.
        """
        return self.queue(
            session_id, self.key(scan, record), lambda predictor, tell: analyse(scan, record, predictor, on_step=tell)
        )

    def queue(self, session_id: str, key: str, work: Callable[[Predictor, Callable[[str], None]], T]) -> Job[T]:
        """Queue long work with the model; it is handed a callback for its stages.

        Raises:
            BusyError: this session has some under way, or too much waits already.
            ModelError: there is no model.
        """
        predictor = self.predictor()
        steps: list[str] = []

        def run() -> T:
            try:
                return work(predictor, steps.append)
            finally:
                self._release(session_id)

        with self._lock:
            if session_id in self._busy:
                raise BusyError("An analysis of yours is still running. Wait for it to end, then start the next.")
            if len(self._busy) >= MAX_JOBS:
                raise BusyError(
                    f"{len(self._busy)} analyses are running or waiting, which is all this machine takes. "
                    "Try again in a minute; what you entered is kept."
                )
            self._busy.add(session_id)
        return Job(key, steps, self._executor.submit(run))

    def _release(self, session_id: str) -> None:
        with self._lock:
            self._busy.discard(session_id)


def _outcome(future: Future[T]) -> T:
    """A future's result, or what stopped it as a refusal."""
    try:
        return future.result()
    except Exception as error:
        raise as_refusal(error) from error


@st.cache_resource(show_spinner=False)
def runtime() -> Runtime:
    """The process's runtime; the model and the atlas start loading at the first call."""
    shared = Runtime()
    shared.warm_up()
    return shared
