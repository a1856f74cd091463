"""Work on many scans in several processes: one thread each, and none outlives the program that started it.

Imports nothing heavy: a process sets its number of threads before the numerical libraries are loaded.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from traceback import extract_tb
from typing import Any, Generic, TypeVar

from adcore.errors import AdcoreError, CohortError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

KILLED = (
    "The process that worked on this scan was ended from outside, most likely because memory ran out. Run again, with fewer "
    "workers if several scans end so."
)

T = TypeVar("T")
R = TypeVar("R")


def nothing() -> None:
    """Of work that needs nothing loaded."""


def in_workers(
    work: Callable[[T], R],
    tasks: Sequence[T],
    workers: int,
    failed: Callable[[T, str], R],
    begin: Callable[[], None] = nothing,
) -> Iterator[R]:
    """The results of all tasks as they are done. A task that breaks down, or whose process is killed, does not stop the others.

    Args:
        work: a public function; it, the tasks and their results are pickled. It catches refusals itself.
        workers: number of processes, with one thread each; 1 works in this process, with this one's threads.
        failed: the result of a task that broke down, from a sentence that says so.
        begin: called once in each process before its first task, to load what all tasks share.
    Raises:
        CohortError: a process was killed before its first task.
        AdcoreError: as raised by `begin`.
    """
    if workers == 1 or len(tasks) < 2:
        yield from _here(work, tasks, failed, begin)
        return
    waiting = deque(tasks)
    crew = [_Worker(work, begin) for _ in range(min(workers, len(tasks)))]
    try:
        while crew:
            ready = wait([worker.channel for worker in crew])
            for worker in [worker for worker in crew if worker.channel in ready]:
                task, answer = worker.take()
                if task is not None:
                    yield answer.value if answer.done else failed(task[0], answer.value)
                if waiting and answer.lost:
                    crew.append(_Worker(work, begin))
                if waiting and not answer.lost:
                    worker.give(waiting.popleft())
                else:
                    crew.remove(worker)
                    worker.end()
    finally:
        for worker in crew:
            worker.end()


@dataclass(frozen=True)
class Answer:
    """What came of a task: its result where it is done, else a sentence; `lost` where the process has ended."""

    value: Any
    done: bool = False
    lost: bool = False


def attempt(work: Callable[[T], R], task: T) -> Answer:
    """Do one task; where that breaks down, the answer is a sentence."""
    try:
        return Answer(work(task), done=True)
    except Exception as error:  # the text of an unforeseen error may repeat what a file holds, so only its place is told
        place = extract_tb(error.__traceback__)[-1]
        return Answer(
            f"The program broke down on this scan ({type(error).__name__} in {Path(place.filename).name}, line {place.lineno}). "
            "That is a fault of the program: please report it."
        )


class _Worker(Generic[T, R]):
    """One process and the task that it works on, in a list of one; none while it begins."""

    def __init__(self, work: Callable[[T], R], begin: Callable[[], None]):
        context = multiprocessing.get_context("spawn")  # a fork would leave torch's threads in a broken state
        self.channel, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._task: tuple[T] | None = None
        self._send((work, begin))

    def give(self, task: T) -> None:
        """Begin a task."""
        self._task = (task,)
        self._send(task)

    def take(self) -> tuple[tuple[T] | None, Answer]:
        """What the process says of its task; of none where it has begun.

        Raises:
            CohortError: it was killed before its first task.
            AdcoreError: as raised by `begin`.
        """
        try:
            answer = self.channel.recv()
        except (EOFError, OSError):
            answer = Answer(KILLED, lost=True)
        task, self._task = self._task, None
        if isinstance(answer, Exception):
            raise answer
        if task is None and answer.lost:
            raise CohortError(
                "A worker process was ended before it could begin, most likely because memory ran out. What is done is kept: run "
                "again with fewer workers."
            )
        return task, answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self.channel.close()

    def _send(self, message: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # `take` notices
            self.channel.send(message)


def _serve(channel: Connection) -> None:
    """The life of a process: begin, then task after task, until it is ended."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its workers itself
    os.environ.update(dict.fromkeys(THREADS, "1"))
    work, begin = channel.recv()  # which imports their modules
    try:
        begin()
    except AdcoreError as error:
        channel.send(error)
        return
    channel.send(Answer(None, done=True))
    while True:
        channel.send(attempt(work, channel.recv()))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _here(work: Callable[[T], R], tasks: Sequence[T], failed: Callable[[T, str], R], begin: Callable[[], None]) -> Iterator[R]:
    if tasks:
        begin()
    for task in tasks:
        answer = attempt(work, task)
        yield answer.value if answer.done else failed(task, answer.value)
