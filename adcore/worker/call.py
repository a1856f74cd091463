"""One piece of work in a worker's child, on the side of the program: request, stages, result, and every end without one."""

import logging
import select
import socket
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from adcore.errors import AnalysisStoppedError, ReadingStoppedError
from adcore.readers.isolation import Limits
from adcore.readers.isolation.forker import Forker
from adcore.readers.isolation.plain import decode_error
from adcore.readers.isolation.wire import receive
from adcore.worker.tasks import CANCELLED, Call
from adcore.worker.wire import send_call, unpack

LOOK_SECONDS = 0.2
"""Between two looks whether the work should stop."""

ENDED = (
    "The analysis was ended from outside, twice, perhaps because the machine ran short of memory. There is no result; what you "
    "entered is kept. Try again; if it happens every time, inform whoever runs this program."
)

NOT_STARTED = (
    "The machine could not start a process for the analysis, so there is no result; what you entered is kept. "
    "Try again; if it happens every time, inform whoever runs this program."
)

OUT_OF_MEMORY = (
    "The analysis took more memory than any scan needs, so it was stopped. Export the scan again at about 1 mm, and try again."
)

_log = logging.getLogger(__name__)


class _EndedError(Exception):
    """The child is gone without an answer."""


def call_child(forker: Forker, call: Call, on_step: Callable[[str], None], stop: Event, limits: Limits) -> Any:
    """Do the work in a child, in a second one if the first is killed."""
    for _ in range(2):
        try:
            return _ask(forker, call, on_step, stop, limits)
        except _EndedError:
            _log.error("a worker's process was ended from outside")
        except ReadingStoppedError as error:
            raise AnalysisStoppedError(NOT_STARTED) from error
    raise AnalysisStoppedError(ENDED)


def _ask(forker: Forker, call: Call, on_step: Callable[[str], None], stop: Event, limits: Limits) -> Any:
    with forker.fork(limits) as channel:
        deadline = monotonic() + limits.seconds + 1  # the forking process, which ends overdue children, should act first
        try:
            scans = send_call(channel, call)
            while True:
                _wait(channel, stop, deadline, limits)
                message, block = receive(channel)
                if "step" not in message:
                    break
                on_step(message["step"])
        except (EOFError, OSError) as error:
            if monotonic() > deadline - 1:
                raise AnalysisStoppedError(_too_slow(limits)) from error
            raise _EndedError from error
    if block is not None:
        return unpack(message, block, scans)
    raise _failure(message)


def _wait(channel: socket.socket, stop: Event, deadline: float, limits: Limits) -> None:
    """Wait for the next message.

    Raises:
        AnalysisStoppedError: the work should stop, or takes too long; closing the channel ends it.
    """
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    while not poll.poll(1000 * LOOK_SECONDS):
        if stop.is_set():
            raise AnalysisStoppedError(CANCELLED)
        if monotonic() > deadline:
            raise AnalysisStoppedError(_too_slow(limits))
    if stop.is_set():
        raise AnalysisStoppedError(CANCELLED)


def _failure(message: dict[str, Any]) -> Exception:
    if "error" in message:
        return decode_error(message)
    if "memory" in message:
        return AnalysisStoppedError(OUT_OF_MEMORY)
    if "stopped" in message:
        return _EndedError()
    return RuntimeError(f"a worker's process broke down: {message.get('broke')}")


def _too_slow(limits: Limits) -> str:
    return (
        f"The analysis took longer than {limits.seconds / 60:g} minutes, so it was stopped; what you entered is kept. "
        "Try again when the machine has less to do."
    )
