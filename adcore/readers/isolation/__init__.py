"""Reading in a child process under limits of memory and time, so that a hostile file can harm only its reader.

On Linux one forking process is started per program and keeps the readers loaded; it forks a child for each file (see forker.py
and zygote.py). The answer is plain data and is checked again here: a child that a file has taken over can lie, but it cannot run
anything in this process. Other systems do not enforce a memory limit per process, so there files are read in the calling process
with only the readers' own checks; this is logged once.
"""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Generic, TypeVar, cast

from adcore.errors import AdcoreError

MAX_CHILDREN = 2
"""Number of files read at once; further ones wait. Two 512 x 512 x 512 volumes take 1.1 GB."""

SUPPORTED = sys.platform == "linux"

T = TypeVar("T")

_turn = BoundedSemaphore(MAX_CHILDREN)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """Limits for reading one file, or for other work in a child process.

    Attributes:
        memory_bytes: address space in addition to the child itself and its arguments; bytes sent to the child are copied once, a
            path needs nothing. The largest accepted volume takes half of the default, and known refusals stay far below it
            (tests/readers/corpus: under 200 MB).
        seconds: wall-clock time from the fork to the complete answer, and the same of processor time on each processor.
        processors: number of processors that the child may use at once.
    """

    memory_bytes: int = 1 << 30
    seconds: float = 60.0
    processors: int = 1

    @property
    def processor_seconds(self) -> float:
        """Processor time, all processors together."""
        return self.seconds * self.processors


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """The result of reading one file.

    Attributes:
        value: the return value of the function; None where it refused.
        error: the refusal, if any.
        peak_bytes: increase of the child's resident memory above its start; None where unknown.
    """

    value: T | None
    error: AdcoreError | None
    peak_bytes: int | None

    def result(self) -> T:
        """The value.

        Raises:
            AdcoreError: the refusal.
        """
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


DEFAULT_LIMITS = Limits()


def in_child(function: Callable[..., T], *args: object, limits: Limits = DEFAULT_LIMITS) -> T:
    """Call a reader in a child process.

    Args:
        function: a public function of an adcore module that returns a Scan or plain data (see plain.py).
        args: its arguments, picklable; bytes are sent without a copy on disk, a path as a path.
        limits: limits of the call.
    Raises:
        AdcoreError: as raised by the function, including its attributes.
        UnreadableScanError: the child ran out of the memory or time allowed, crashed, or sent an invalid answer.
        ReadingStoppedError: the child was killed from outside, or the machine has no memory or process for it.
    """
    return attempt(function, *args, limits=limits).result()


def attempt(function: Callable[..., T], *args: object, limits: Limits = DEFAULT_LIMITS) -> Attempt[T]:
    """As in_child, but returns a refusal instead of raising it, with the memory used."""
    if not SUPPORTED:
        _log_missing_isolation()
        try:
            return Attempt(function(*args), None, None)
        except AdcoreError as error:
            return Attempt(None, error, None)
    from adcore.readers.isolation.call import call_child  # only on Linux

    with _turn:
        return call_child(function, args, limits)


def warm_up() -> None:
    """Start the forking process before the first file, which would otherwise wait half a second; returns immediately."""
    if SUPPORTED:
        from adcore.readers.isolation.forker import FORKER

        FORKER.start()


@lru_cache(maxsize=1)
def _log_missing_isolation() -> None:
    _log.warning("scans are read in this process: %s has no memory limit for a child", sys.platform)
