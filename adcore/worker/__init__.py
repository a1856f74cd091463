"""Long work with the model in a process of its own, under limits of memory and time: it can be stopped, and harms no one else.

On Linux a forking process holds the model and forks a child for each piece of work, by the machinery of adcore.readers.isolation.
A child that is killed from outside is tried once more. Other systems do the work in the calling process, without limits; this is
logged once.
"""

import logging
import os
import sys
from functools import cached_property, lru_cache
from threading import Event
from typing import TYPE_CHECKING, Any

from adcore.predict import Predictor, load_predictor
from adcore.readers.isolation import Limits
from adcore.worker.tasks import CANCELLED, Call, OnStep, Task, run_task

__all__ = ["CANCELLED", "LIMITS", "Call", "Limits", "OnStep", "Task", "Worker"]

if TYPE_CHECKING:
    from adcore.readers.isolation.forker import Forker

SUPPORTED = sys.platform == "linux"

LIMITS = Limits(memory_bytes=5 << 30, seconds=600.0, processors=os.cpu_count() or 1)
"""Of one piece of work: by judgement, twice the largest memory of a whole process in speed.md. Whether the largest volume that is
accepted, 512 x 512 x 512, stays under it has not been measured."""

_log = logging.getLogger(__name__)


class Worker:
    """Does the work of one model; thread-safe."""

    def __init__(self, model: str = "", module: str = "adcore.worker.child") -> None:
        """Args:
        model: its name or folder, as load_predictor takes it; empty is the shipped one.
        module: whose `serve` runs in the forking process.
        """
        self._model, self._module = model, module

    def warm_up(self) -> None:
        """Load the model in the forking process before the first work; returns immediately."""
        if SUPPORTED:
            self._forker.start()

    def run(self, call: Call, on_step: OnStep, stop: Event, limits: Limits = LIMITS) -> Any:
        """Do the work and wait for its result.

        Args:
            on_step: called with a sentence as each stage begins.
            stop: ends the work once it is set.
        Raises:
            AdcoreError: as raised by the work.
            AnalysisStoppedError: it was stopped, reached a limit, or was killed from outside twice.
            RuntimeError: a defect; the text says where, and nothing of the input.
        """
        if SUPPORTED:
            from adcore.worker.call import call_child  # only on Linux

            return call_child(self._forker, call, on_step, stop, limits)
        _log_missing_limits()
        return run_task(self._predictor, call, on_step)

    @cached_property
    def _forker(self) -> "Forker":
        from adcore.readers.isolation.forker import Forker  # only on Linux

        return Forker(self._module, self._model)

    @cached_property
    def _predictor(self) -> Predictor:
        return load_predictor(self._model or None)


@lru_cache(maxsize=1)
def _log_missing_limits() -> None:
    _log.warning("analyses run in this process: %s has no memory limit for a child", sys.platform)
