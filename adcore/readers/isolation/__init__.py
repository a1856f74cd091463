"""Reading in a child process under limits of memory and time, so that a hostile file can harm only its reader.

On Linux one forking process is started per program and keeps the readers loaded; it forks a child for each file (see
forker.py and zygote.py). What comes back is plain data, checked again here: a child that a file has taken over can lie, but
it can run nothing in this process. Other systems do not hold a process to a memory limit, so there the reading happens in
the calling process, with the readers' own checks alone; the log says so once.
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
"""Files read at once; whoever comes next waits. Two 512 x 512 x 512 volumes take 1.1 GB."""

SUPPORTED = sys.platform == "linux"

T = TypeVar("T")

_turn = BoundedSemaphore(MAX_CHILDREN)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one file may cost.

    Attributes:
        memory_bytes: address space on top of the bare child and its arguments: bytes that are sent lie once more in the
            child, a path costs nothing. The largest volume that is accepted takes half of the default; no refusal that is
            foreseen comes near it (tests/readers/corpus: under 200 MB).
        seconds: from the fork to the whole answer, by the clock on the wall, and the same of processor time.
    """

    memory_bytes: int = 1 << 30
    seconds: float = 60.0


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """How one reading ended.

    Attributes:
        value: what the function returned; None where it did not.
        error: the refusal, where there was one.
        peak_bytes: how far the child's resident memory rose above its start; None where it could not say.
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
        function: a public function of an adcore module; it returns a Scan, or plain data (see plain.py).
        args: what it is called with, picklable; bytes are sent without a copy on disk, a path as a path.
        limits: what the call may cost.
    Raises:
        AdcoreError: what the function raised, its attributes included.
        UnreadableScanError: the child ran out of memory or time, crashed, or answered nonsense.
    """
    return attempt(function, *args, limits=limits).result()


def attempt(function: Callable[..., T], *args: object, limits: Limits = DEFAULT_LIMITS) -> Attempt[T]:
    """As in_child, but a refusal is handed back instead of raised, with what the reading cost."""
    if not SUPPORTED:
        _say_that_nothing_is_isolated()
        try:
            return Attempt(function(*args), None, None)
        except AdcoreError as error:
            return Attempt(None, error, None)
    from adcore.readers.isolation.call import call_child  # needs what only Linux has

    with _turn:
        return call_child(function, args, limits)


def warm_up() -> None:
    """Start the forking process ahead of the first file, which would wait half a second for it; returns at once."""
    if SUPPORTED:
        from adcore.readers.isolation.forker import FORKER

        FORKER.start()


@lru_cache(maxsize=1)
def _say_that_nothing_is_isolated() -> None:
    _log.warning("scans are read in this process: %s has no memory limit for a child", sys.platform)
