"""Answers of the demo patients, made in the background from the start of the server on, while nobody's analysis runs or waits.

The heads are synthetic, so their answers are nobody's, and all users share them.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from adcore.cohorts.synthetic.patients import DemoPatient
from adcore.errors import AdcoreError
from adcore.worker import SUPPORTED
from app.jobs import BusyError
from app.runtime import Runtime, runtime
from app.shared.patients import demo_patients, demo_scan

DEMO_ANSWERS_VARIABLE = "ADCORE_DEMO_ANSWERS"
"""Environment variable: `off` has a demo patient wait for its answer until somebody asks for it."""

LOOK_S = 0.5
"""Seconds between two looks whether a job has ended, or users' analyses have."""

_log = logging.getLogger(__name__)


@contextmanager
def demo_answers() -> Iterator[None]:
    """For as long as the server runs, see to the demo patients' answers, unless this is switched off."""
    stop = Event()
    if SUPPORTED and os.environ.get(DEMO_ANSWERS_VARIABLE) != "off":  # elsewhere no work gives way: it can't be stopped
        Thread(target=answer_all, args=[stop], name="demo answers", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def answer_all(stop: Event) -> None:
    """Answer one demo patient after another until all are, or until it should stop."""
    shared = runtime()
    for patient in demo_patients().values():
        try:
            while not stop.is_set() and not _answered(shared, patient, stop):
                stop.wait(LOOK_S)
        except AdcoreError as error:
            _log.warning("no answer in advance for the demo patient %s: %s", patient.key, error)


def _answered(shared: Runtime, patient: DemoPatient, stop: Event) -> bool:
    """Whether the patient has its answer now; False where this one gave way.

    Raises:
        AdcoreError: there can't be one.
    """
    scan = demo_scan(patient.key)
    if scan.sha256 in shared.demo_answers:
        return True
    try:
        job = shared.start_while_idle(scan, patient.record)
    except BusyError:
        return False
    while not job.done:
        if stop.wait(LOOK_S):
            job.cancel()
    if job.stop.is_set():
        return False
    shared.demo_answers.setdefault(scan.sha256, job.result())
    return True
