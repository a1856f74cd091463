import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adcore.cohorts.workers import KILLED, in_workers
from adcore.errors import CohortError, ModelError


def double(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError("a secret detail")
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def refuse() -> None:
    raise ModelError("The weights are damaged.")


def vanish() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def threads(_: int) -> str:
    return os.environ["OMP_NUM_THREADS"]


def sleep(file: str) -> None:
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def sentence(number: int, text: str) -> str:
    return f"{number}: {text}"


def test_a_task_that_breaks_down_and_one_whose_process_is_killed_do_not_stop_the_others() -> None:
    results = list(in_workers(double, range(7), 2, sentence))
    assert sorted(value for value in results if isinstance(value, int)) == [0, 2, 4, 10, 12]
    broken, killed = sorted(value for value in results if isinstance(value, str))
    assert broken.startswith("3: The program broke down on this scan (ZeroDivisionError in test_workers.py, line ")
    assert "secret" not in broken
    assert killed == f"4: {KILLED}"


def test_one_worker_works_here_and_goes_on_too() -> None:
    results = list(in_workers(double, range(4), 1, sentence))
    assert results[:3] == [0, 2, 4]
    assert "ZeroDivisionError" in str(results[3])


def test_every_process_has_one_thread() -> None:
    assert set(in_workers(threads, range(2), 2, sentence)) == {"1"}


def test_what_cannot_begin_is_a_refusal_and_not_a_loop() -> None:
    with pytest.raises(ModelError, match="damaged"):
        list(in_workers(double, range(4), 2, sentence, refuse))
    with pytest.raises(CohortError, match="ended before it could begin"):
        list(in_workers(double, range(4), 2, sentence, vanish))


def test_no_worker_outlives_a_program_that_is_killed(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in "ab"]
    code = f"from tests.cohorts.test_workers import *; list(in_workers(sleep, {places}, 2, sentence))"
    program = subprocess.Popen([sys.executable, "-c", f"if __name__ == '__main__':\n {code}"], cwd=Path(__file__).parents[2])
    workers = [int(text) for text in map(wait_for_text, places)]
    program.kill()
    program.wait()
    until = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, workers))


def wait_for_text(place: str) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if Path(place).is_file() and (text := Path(place).read_text()):
            return text
        time.sleep(0.05)
    raise TimeoutError(place)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    status = Path(f"/proc/{pid}/status")
    try:
        return "\nState:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
