"""Whatever happens to the process that works, the program gets a result or a sentence, and does the next work."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest

from adcore.cohorts.synthetic import DEMO_PATIENTS
from adcore.errors import AnalysisStoppedError, CourseError, ModelError
from adcore.predict import load_predictor
from adcore.worker import Call, Limits, Task, Worker
from adcore.worker.tasks import run_task
from tests.support.builders import as_scan, tiny_volume
from tests.support.untrained import write_untrained_model
from tests.support.worker_child import WEIGHTS, Answer

if sys.platform != "linux":
    pytest.skip("work has a process of its own on Linux only", allow_module_level=True)

SCAN = as_scan(*tiny_volume())
LIMITS = Limits(memory_bytes=1 << 30, seconds=60.0)


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(module="tests.support.worker_child")


@pytest.fixture(autouse=True)
def _the_next_work_is_done(worker: Worker) -> Iterator[None]:
    yield
    assert run(worker, "take_memory", 1) == 1


def run(worker: Worker, *args: object, weights: str = WEIGHTS, limits: Limits = LIMITS, stop: Event | None = None) -> object:
    return worker.run(Call(Task.ANALYSE, args, weights), lambda _: None, stop or Event(), limits)


def test_a_result_comes_back_whole_with_the_scan_that_was_sent(worker: Worker) -> None:
    steps: list[str] = []
    back = worker.run(Call(Task.ANALYSE, ("answer", SCAN), WEIGHTS), steps.append, Event(), LIMITS)
    assert isinstance(back, Answer)
    assert back.scan is SCAN  # not a copy of its voxels
    assert steps == ["looking", "answering"]
    expected = np.zeros((80, 90, 100), np.float32)
    expected[10:20, 30:50, 5:9] = 2.5
    np.testing.assert_array_equal(back.sparse, expected)
    np.testing.assert_array_equal(back.dense, np.random.default_rng(0).normal(size=(80, 90, 100)).astype(np.float32))


def test_work_that_is_killed_once_is_done_again(worker: Worker) -> None:
    killed: list[int] = []

    def kill_the_first(pid: str) -> None:
        if not killed:
            killed.append(int(pid))
            os.kill(int(pid), signal.SIGKILL)

    assert worker.run(Call(Task.ANALYSE, ("wait", 0.5), WEIGHTS), kill_the_first, Event(), LIMITS) not in killed
    assert killed


def test_work_that_is_killed_twice_fails_with_a_sentence(worker: Worker) -> None:
    killed: list[int] = []

    def kill(pid: str) -> None:
        killed.append(int(pid))
        os.kill(int(pid), signal.SIGKILL)

    with pytest.raises(AnalysisStoppedError, match="ended from outside, twice"):
        worker.run(Call(Task.ANALYSE, ("wait", 60.0), WEIGHTS), kill, Event(), LIMITS)
    assert len(set(killed)) == 2


@pytest.mark.slow
def test_work_is_done_again_where_the_forking_process_is_killed(worker: Worker) -> None:
    killed: list[int] = []

    def kill_the_parent(pid: str) -> None:
        if not killed:
            status = Path(f"/proc/{pid}/status").read_text()
            killed.append(int(status.partition("PPid:")[2].split()[0]))
            os.kill(killed[0], signal.SIGKILL)

    assert worker.run(Call(Task.ANALYSE, ("wait", 1.0), WEIGHTS), kill_the_parent, Event(), LIMITS)
    assert not _alive(killed[0])


def test_work_that_crashes_fails_with_a_sentence(worker: Worker) -> None:
    with pytest.raises(AnalysisStoppedError, match="no result; what you entered is kept"):
        run(worker, "crash")


def test_work_that_should_stop_is_killed_at_once(worker: Worker) -> None:
    pids: list[int] = []
    stop = Event()

    def stop_soon(pid: str) -> None:
        pids.append(int(pid))
        Timer(0.2, stop.set).start()

    began = time.monotonic()
    with pytest.raises(AnalysisStoppedError, match="cancelled"):
        worker.run(Call(Task.ANALYSE, ("wait", 50.0), WEIGHTS), stop_soon, stop, LIMITS)
    while _alive(pids[0]):
        assert time.monotonic() - began < 40
        time.sleep(0.05)


def test_work_over_its_time_is_ended_with_a_sentence(worker: Worker) -> None:
    with pytest.raises(AnalysisStoppedError, match=r"longer than 0\.01 minutes"):
        run(worker, "wait", 50.0, limits=Limits(seconds=0.6))


def test_work_over_its_memory_is_ended_with_a_sentence(worker: Worker) -> None:
    limits = Limits(memory_bytes=100_000_000)
    assert run(worker, "take_memory", 50_000_000, limits=limits) == 1
    with pytest.raises(AnalysisStoppedError, match="more memory than any scan needs"):
        run(worker, "take_memory", 150_000_000, limits=limits)


def test_a_refusal_keeps_its_class_and_its_sentence(worker: Worker) -> None:
    with pytest.raises(CourseError, match=r"Expected two visits, got one\."):
        run(worker, "refuse")


def test_a_defect_says_where_and_nothing_of_the_input(worker: Worker) -> None:
    with pytest.raises(RuntimeError, match=r"ZeroDivisionError at .*worker_child") as caught:
        run(worker, "stumble", "Jane_Doe_1941")
    assert "Jane" not in str(caught.value)


def test_work_neither_writes_files_nor_connects(worker: Worker, tmp_path: Path) -> None:
    assert run(worker, "reach_out", str(tmp_path / "made")) == [False, False]


def test_another_model_than_the_pages_gives_no_answer(worker: Worker) -> None:
    with pytest.raises(ModelError, match="have changed since"):
        run(worker, "take_memory", 1, weights="1" * 12)


@pytest.mark.slow
def test_an_analysis_is_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    model = write_untrained_model(tmp_path / "model")
    predictor = load_predictor(model)
    call = Call(Task.ANALYSE, (DEMO_PATIENTS[0].make_scan(), DEMO_PATIENTS[0].record), predictor.weights_sha256)
    apart, here = Worker(str(model)).run(call, lambda _: None, Event()), run_task(predictor, call, lambda _: None)
    assert here.prediction is not None
    documents = [analysis.to_json() for analysis in (apart, here)]
    for document in documents:
        del document["provenance"]["seconds"], document["provenance"]["created"]
    assert documents[0] == documents[1]  # bit by bit, so the page, the command line and Python agree
    for branch, heatmap in here.explanation.heatmaps.items():
        np.testing.assert_array_equal(apart.explanation.heatmaps[branch], heatmap)
    np.testing.assert_array_equal(apart.prepared.structures, here.prepared.structures)


def _alive(pid: int) -> bool:
    with suppress(OSError):
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False
