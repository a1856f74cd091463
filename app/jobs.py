"""The queue of analyses: one runs, since a single one uses the whole machine; one a session; each can be cancelled."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, Generic, TypeVar

from adcore.errors import AdcoreError
from app.refusals import outcome

T = TypeVar("T")

MAX_JOBS = 20
"""Most analyses that may run or wait at once. Each holds its scan in memory, so further ones are refused."""

MAX_JOBS_OF_ONE = 3
"""Most of them that one user's tabs may hold, so that one user does not fill the queue for all."""

NOBODY = ""
"""The session of work that nobody waits for."""

Work = Callable[[Callable[[str], None], Event], T]
"""Long work: it receives a callback for its stages, and an event that asks it to stop."""


class BusyError(AdcoreError):
    """No further analysis can be accepted now."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One analysis, or one comparison of several visits, that is running or queued.

    The page reads it; the queue's thread appends to `steps`, which is safe across threads.

    Attributes:
        key: digest of the inputs.
        session_id: whose it is.
        user: whose session that is; None where nobody tells users apart.
        gives_way: whether it ends as soon as another one is queued, since nobody waits for it.
        steps: the stages begun so far, as shown to the user.
    """

    key: str
    session_id: str
    user: str | None
    queue: "Queue"
    gives_way: bool = False
    future: Future[T] = field(default_factory=Future)
    steps: list[str] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    @property
    def done(self) -> bool:
        """Whether there is a result or an error."""
        return self.future.done()

    @property
    def ahead(self) -> int:
        """Number of analyses before this one, the one that runs among them."""
        return self.queue.ahead(self)

    def result(self) -> T:
        """Wait for the result.

        Raises:
            AdcoreError: whatever stopped it, as a sentence for the user.
        """
        return outcome(self.future)

    def cancel(self) -> None:
        """End it, whether it waits or runs; without effect on one that is done."""
        self.stop.set()
        if self.future.cancel():
            self.queue.leave(self)


class Queue:
    """The analyses of all sessions, in order of arrival; thread-safe."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._lock = Lock()
        self._jobs: list[Job[Any]] = []

    def add(self, session_id: str, key: str, work: Work[T], user: str | None = None) -> Job[T]:
        """Queue work; what gives way does so.

        Raises:
            BusyError: this session already has work running, this user has much, or too much is waiting.
        """
        job: Job[T] = Job(key, session_id, user, self)
        for other in self._in_the_way():
            other.cancel()
        with self._lock:
            if any(other.session_id == session_id for other in self._jobs):
                raise BusyError("Your previous analysis is still running. Wait until it has finished, then start the next one.")
            if user is not None and sum(other.user == user for other in self._jobs) >= MAX_JOBS_OF_ONE:
                raise BusyError(
                    f"{MAX_JOBS_OF_ONE} analyses of your other tabs are running or waiting, the most for one user. "
                    "Wait for one of them, or cancel it; what you entered is kept."
                )
            if len(self._jobs) >= MAX_JOBS:
                raise BusyError(
                    f"{len(self._jobs)} analyses are running or waiting, the most this machine accepts. "
                    "Try again in a minute; what you entered is kept."
                )
            self._jobs.append(job)
        self._thread.submit(self._do, job, work)
        return job

    def add_while_idle(self, key: str, work: Work[T]) -> Job[T]:
        """Queue work that nobody waits for, and that gives way to whatever is queued after it.

        Raises:
            BusyError: something runs or waits.
        """
        job: Job[T] = Job(key, NOBODY, None, self, gives_way=True)
        with self._lock:
            if self._jobs:
                raise BusyError("Something else runs or waits.")
            self._jobs.append(job)
        self._thread.submit(self._do, job, work)
        return job

    def ahead(self, job: Job[Any]) -> int:
        """Number of jobs before this one, without those that give way; 0 also once it has left."""
        with self._lock:
            before = self._jobs[: self._jobs.index(job)] if job in self._jobs else []
        return sum(not other.gives_way for other in before)

    def leave(self, job: Job[Any]) -> None:
        """Take a job out, so that its session may start another."""
        with self._lock:
            if job in self._jobs:
                self._jobs.remove(job)

    def _in_the_way(self) -> list[Job[Any]]:
        with self._lock:
            return [job for job in self._jobs if job.gives_way]

    def _do(self, job: Job[T], work: Work[T]) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            result = work(job.steps.append, job.stop)
        except Exception as error:
            self.leave(job)
            job.future.set_exception(error)
        else:
            self.leave(job)
            job.future.set_result(result)
