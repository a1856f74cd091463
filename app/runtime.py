"""What all users share: one loaded model and one worker thread, so that no page waits for the work. Keeps no patient data."""

import hashlib
import logging
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

T = TypeVar("T")

MODEL_VARIABLE = "ADCORE_MODEL"
"""Environment variable: name or folder of the model to use; unset, the shipped model."""

MAX_JOBS = 6
"""Most analyses that may run or wait at once. Each holds its scan in memory, so further ones are refused."""

UNFORESEEN = (
    "An unexpected error occurred, so there is no result. What you entered is kept. "
    "Try again; if the error persists, note the steps that led to it and inform whoever runs this program."
)

_log = logging.getLogger(__name__)


class BusyError(AdcoreError):
    """No further analysis can be accepted now."""


def as_refusal(error: Exception) -> AdcoreError:
    """The error itself if its text is meant for the user; otherwise a neutral one, with the details in the log."""
    if isinstance(error, AdcoreError):
        return error
    _log.error("unexpected error", exc_info=error)
    return AdcoreError(UNFORESEEN)


@dataclass(frozen=True, eq=False)
class Job(Generic[T]):
    """One analysis, or one comparison of several visits, that is running or queued.

    The page reads it; the worker appends to `steps`, which is safe across threads.

    Attributes:
        key: digest of the inputs.
        steps: the stages begun so far, as shown to the user.
    """

    key: str
    steps: list[str]
    future: Future[T]

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.future.done()

    def result(self) -> T:
        """Wait for the result.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        return _outcome(self.future)


class Runtime:
    """The process's one model and one worker thread. Analyses queue, since a single one uses the whole machine."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._lock = Lock()
        self._busy: set[str] = set()
        self._predictor = self._executor.submit(lambda: load_predictor(os.environ.get(MODEL_VARIABLE) or None))

    def warm_up(self) -> None:
        """Load the readers and build the atlas in the background, so that the first patient does not wait for them."""
        isolation.warm_up()
        self._executor.submit(preload)

    def predictor(self) -> Predictor:
        """The model, loaded once; never modified.

        Raises:
            AdcoreError: it is missing or damaged.
        """
        return _outcome(self._predictor)

    def compute(self, work: Callable[[Predictor], T]) -> T:
        """Run short work with the model between analyses, and wait for it.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        predictor = self.predictor()
        return _outcome(self._executor.submit(work, predictor))

    def key(self, scan: Scan, record: ClinicalRecord) -> str:
        """Digest of everything an answer depends on: the scan, the record as the networks read it, the model."""
        inputs = (scan.sha256, record.as_read.model_dump_json(), self.predictor().weights_sha256)
        return hashlib.sha256("\n".join(inputs).encode()).hexdigest()

    def start(self, session_id: str, scan: Scan, record: ClinicalRecord) -> Job[Analysis]:
        """Queue one analysis.

        Raises:
            BusyError: this session already runs one, or too many are waiting.
            ModelError: there is no model.
        """
        return self.queue(
            session_id, self.key(scan, record), lambda predictor, on_step: analyse(scan, record, predictor, on_step=on_step)
        )

    def queue(self, session_id: str, key: str, work: Callable[[Predictor, Callable[[str], None]], T]) -> Job[T]:
        """Queue long work with the model; it receives a callback for its stages.

        Raises:
            BusyError: this session already has work running, or too much is waiting.
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
                raise BusyError("Your previous analysis is still running. Wait until it has finished, then start the next one.")
            if len(self._busy) >= MAX_JOBS:
                raise BusyError(
                    f"{len(self._busy)} analyses are running or waiting, the most this machine accepts. "
                    "Try again in a minute; what you entered is kept."
                )
            self._busy.add(session_id)
        return Job(key, steps, self._executor.submit(run))

    def _release(self, session_id: str) -> None:
        with self._lock:
            self._busy.discard(session_id)


def _outcome(future: Future[T]) -> T:
    """A future's result, or the error that stopped it as a refusal."""
    try:
        return future.result()
    except Exception as error:
        raise as_refusal(error) from error


@st.cache_resource(show_spinner=False)
def runtime() -> Runtime:
    """The process's runtime; the first call starts to load the model and the atlas."""
    shared = Runtime()
    shared.warm_up()
    return shared
