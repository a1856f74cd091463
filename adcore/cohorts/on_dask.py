"""Work on many scans in the processes of a Dask cluster, on as many machines as it has: a lost worker costs no scan.

The scheduler gives a task whose worker was lost to another one. Dask is imported only when the work begins.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from adcore.cohorts.workers import Answer, attempt, nothing
from adcore.errors import AdcoreError, CohortError
from adcore.version import __version__

if TYPE_CHECKING:
    from distributed import Client, Future

BATCH = 1000
"""Tasks that are sent to the scheduler in one message; more at once make it deaf to its workers for seconds."""

SECONDS_TO_ANSWER = 30

ENDED = (
    "Every Dask worker that took this scan was ended from outside, most likely because memory ran out. Run again, with more "
    "memory for each worker if several scans end so."
)

T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)
_turn = Lock()


def not_stored(_: object) -> None:
    """Of work that stores nothing."""


def on_dask(
    work: Callable[[T], R],
    tasks: Sequence[T],
    scheduler: str,
    failed: Callable[[T, str], R],
    begin: Callable[[], None] = nothing,
    stored: Callable[[T], R | None] = not_stored,
) -> Iterator[R]:
    """The results of all tasks as they are done, as adcore.cohorts.workers.in_workers gives them.

    Args:
        work: as in_workers takes it. A worker calls it once at a time, however many threads it has.
        scheduler: address of the scheduler, such as tcp://10.0.0.1:8786.
        failed: as in_workers takes it; for a task, too, whose workers were lost too often for the scheduler (4 times, unless its
            configuration says otherwise).
        begin: called before every task, so it has to be quick where all is loaded.
        stored: the result of a task that work has stored before: the scheduler gives a task to another worker also where the
            first one is lost after that, and nothing is to be done twice.
    Raises:
        CohortError: no scheduler answers, or its connection was lost, or a worker lacks adcore or has another version of it.
        AdcoreError: as raised by `begin`.
    """
    from distributed import as_completed

    with _connected(scheduler) as client:
        if not client.nthreads():
            _log.warning("The Dask scheduler has no worker yet. The work begins when the first one comes.")
        do = partial(_do, __version__, begin, stored, work)
        futures = client.map(do, tasks, pure=False, batch_size=BATCH)
        task_of = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        coming = as_completed(futures, loop=client.loop, with_results=True, raise_errors=False)
        del futures  # a result that somebody holds would be computed anew where its worker is lost
        for future, found in coming:
            task = task_of.pop(future.key)
            answer = _answer(future, found)
            yield answer.value if answer.done else failed(task, answer.value)


def _connected(scheduler: str) -> "Client":
    from distributed import Client

    try:
        return Client(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False, name="adcore")
    except (OSError, ValueError) as error:
        raise CohortError(
            f"Expected a Dask scheduler at '{scheduler}', such as tcp://10.0.0.1:8786, but none answers "
            f"({type(error).__name__}). `dask scheduler` starts one and shows its address."
        ) from error


def _do(version: str, begin: Callable[[], None], stored: Callable[[T], R | None], work: Callable[[T], R], task: T) -> Answer:
    """One task, in the worker."""
    if version != __version__:
        raise CohortError(f"A Dask worker has adcore {__version__}, this program is {version}. Install the same on both.")
    with _turn:
        before = stored(task)
        if before is not None:
            return Answer(before, done=True)
        begin()
        return attempt(work, task)


def _answer(future: "Future", found: object) -> Answer:
    """What came of a future that ended with `found`."""
    from distributed import KilledWorker

    if future.cancelled():
        raise CohortError("The connection to the Dask scheduler was lost. What is done is kept: run again to continue.")
    if isinstance(found, Answer):
        return found
    error = future.exception()
    if isinstance(error, KilledWorker):
        return Answer(ENDED, lost=True)
    if isinstance(error, AdcoreError):
        raise error
    raise CohortError(
        f"A Dask worker cannot work ({type(error).__name__}: {error}). It needs adcore {__version__}, installed as here."
    ) from error
