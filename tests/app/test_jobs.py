"""The queue of analyses, with work that waits for a gate."""

import time
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from adcore.errors import AnalysisStoppedError
from adcore.worker import CANCELLED
from app.jobs import MAX_JOBS, MAX_JOBS_OF_ONE, BusyError, Queue

PATIENCE_S = 20.0


@pytest.fixture
def gate() -> Iterator[Event]:
    """Work waits until it opens."""
    opened = Event()
    yield opened
    opened.set()


@pytest.fixture
def work(gate: Event) -> Callable[[Callable[[str], None], Event], str]:
    """Work that says that it has begun, waits for the gate, and stops when it is asked to, as the worker does."""

    def wait(on_step: Callable[[str], None], stop: Event) -> str:
        on_step("begun")
        while not gate.wait(0.01):
            if stop.is_set():
                raise AnalysisStoppedError(CANCELLED)
        return "answer"

    return wait


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_is_told_how_many_come_before(gate: Event, work: Callable) -> None:
    queue = Queue()
    jobs = [queue.add(str(number), "key", work) for number in range(4)]
    assert [job.ahead for job in jobs] == [0, 1, 2, 3]
    jobs[1].cancel()
    assert [job.ahead for job in jobs] == [0, 0, 1, 2]
    gate.set()
    assert [job.result() for job in (jobs[0], *jobs[2:])] == ["answer"] * 3
    assert [job.ahead for job in jobs] == [0] * 4


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_cancelled_ends_whether_it_runs_or_waits_and_the_next_one_runs(place: int, gate: Event, work: Callable) -> None:
    queue = Queue()
    jobs = [queue.add("one", "key", work), queue.add("another", "key", work)]
    until(lambda: jobs[0].steps == ["begun"])
    jobs[place].cancel()
    with pytest.raises(AnalysisStoppedError, match="cancelled"):
        jobs[place].result()
    again = queue.add(jobs[place].session_id, "key", work)  # its session may start another
    gate.set()
    assert [jobs[1 - place].result(), again.result()] == ["answer", "answer"]


def test_a_session_has_one_analysis_at_a_time(gate: Event, work: Callable) -> None:
    queue = Queue()
    job = queue.add("one", "key", work)
    with pytest.raises(BusyError, match="still running"):
        queue.add("one", "key", work)
    gate.set()
    job.result()
    assert queue.add("one", "key", work).result() == "answer"


def test_one_users_tabs_leave_the_queue_to_others(work: Callable) -> None:
    queue = Queue()
    jobs = [queue.add(str(number), "key", work, "me") for number in range(MAX_JOBS_OF_ONE)]
    with pytest.raises(BusyError, match="the most for one user"):
        queue.add("one more tab", "key", work, "me")
    jobs.append(queue.add("another's", "key", work, "another"))
    jobs[0].cancel()
    until(lambda: queue.ahead(jobs[1]) == 0)
    jobs.append(queue.add("one more tab", "key", work, "me"))
    for job in jobs:
        job.cancel()


def test_the_queue_has_a_length(work: Callable) -> None:
    queue = Queue()
    jobs = [queue.add(str(number), "key", work) for number in range(MAX_JOBS)]
    with pytest.raises(BusyError, match="20 analyses are running or waiting"):
        queue.add("one too many", "key", work)
    jobs[-1].cancel()
    last = queue.add("one too many", "key", work)
    for job in (*jobs, last):
        job.cancel()


def test_what_nobody_waits_for_runs_only_while_idle_counts_for_nobody_and_gives_way(gate: Event, work: Callable) -> None:
    queue = Queue()
    for_nobody = queue.add_while_idle("key", work)
    until(lambda: for_nobody.steps == ["begun"])
    users = queue.add("one", "key", work)
    assert users.ahead == 0
    with pytest.raises(AnalysisStoppedError):
        for_nobody.result()
    until(lambda: users.steps == ["begun"])
    with pytest.raises(BusyError):
        queue.add_while_idle("key", work)
    gate.set()
    assert users.result() == "answer"
    assert queue.add_while_idle("key", work).result() == "answer"
