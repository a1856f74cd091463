"""A worker's forking process without a model, whose tasks do what an analysis might do at its worst; started by tests/worker."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.errors import CourseError
from adcore.worker import child

WEIGHTS = "0" * 12


@dataclass(frozen=True, eq=False)
class Answer:
    """A result with its scan, a map that is zero in most places, and one that is not."""

    scan: Scan
    sparse: NDArray[np.float32]
    dense: NDArray[np.float32]


def serve(control_fd: int, model: str) -> None:
    """As the real one, with the tasks of this module."""

    def task(predictor: object, call: Any, on_step: Callable[[str], None]) -> object:
        return globals()[call.args[0]](on_step, *call.args[1:])

    stand_ins = {
        "load_predictor": lambda name: SimpleNamespace(weights_sha256=WEIGHTS),
        "preload": lambda: None,
        "run_task": task,
    }
    with patch.multiple(child, **stand_ins):
        child.serve(control_fd, model)


def answer(on_step: Callable[[str], None], scan: Scan) -> Answer:
    """An answer about a scan."""
    on_step("looking")
    sparse = np.zeros((80, 90, 100), np.float32)
    sparse[10:20, 30:50, 5:9] = 2.5
    dense = np.random.default_rng(0).normal(size=(80, 90, 100)).astype(np.float32)
    on_step("answering")
    return Answer(scan, sparse, dense)


def wait(on_step: Callable[[str], None], seconds: float) -> int:
    """Say which process this is, and take a while."""
    on_step(str(os.getpid()))
    time.sleep(seconds)
    return os.getpid()


def crash(on_step: Callable[[str], None]) -> None:
    """End without a word."""
    os._exit(1)


def take_memory(on_step: Callable[[str], None], size: int) -> int:
    """Fill that many bytes."""
    return int(np.ones(size, np.uint8)[-1])


def refuse(on_step: Callable[[str], None]) -> None:
    """Refuse."""
    raise CourseError("Expected two visits, got one.")


def stumble(on_step: Callable[[str], None], name: str) -> None:
    """Hit a defect while holding a name."""
    raise ZeroDivisionError(name)


def reach_out(on_step: Callable[[str], None], path: str) -> list[bool]:
    """Whether a file could be made, and a connection."""
    import socket

    tries: list[Callable[[], object]] = [lambda: open(path, "w"), socket.socket]  # noqa: SIM115
    return [_works(attempt) for attempt in tries]


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
