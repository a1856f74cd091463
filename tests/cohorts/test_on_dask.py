import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adcore.cohorts import on_dask as module
from adcore.cohorts.on_dask import ENDED, on_dask
from adcore.errors import CohortError, ModelError
from tests.support.dask_cluster import DaskCluster, analyse, dask_cluster, failed, times_stored, wait_for_workers

pytestmark = pytest.mark.slow

CASES, WORKERS = 300, 5


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Gives a task up once it has cost two workers. The tests kill two and two of the five, and at last the scheduler."""
    with dask_cluster(tmp_path_factory.mktemp("dask"), WORKERS, allowed_failures=1) as started:
        wait_for_workers(started.address, WORKERS)
        yield started


def odd(number: int) -> int:
    if number == 3:
        raise ZeroDivisionError("a secret detail")
    if number == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def wait(number: int) -> int:
    time.sleep(number)
    return number


def refuse() -> None:
    raise ModelError("The weights are damaged.")


def test_workers_that_are_killed_cost_no_case_and_none_is_done_twice(cluster: DaskCluster, tmp_path: Path) -> None:
    results = analyse(cluster, tmp_path / "cases", CASES, seconds=0.02, killed=2)
    assert len(cluster.ended) == 2
    assert sorted(results) == list(range(CASES))
    assert times_stored(tmp_path / "cases") == {1: CASES}


def test_a_task_that_breaks_down_and_one_that_costs_every_worker_do_not_stop_the_others(cluster: DaskCluster) -> None:
    results = list(on_dask(odd, [0, 1, 2, 3, 5, 6, 4], cluster.address, failed))
    assert sorted(value for value in results if isinstance(value, int)) == [0, 1, 2, 5, 6]
    broken, killed = sorted(value for value in results if isinstance(value, str))
    assert broken.startswith("3: The program broke down on this scan (ZeroDivisionError in test_on_dask.py, line ")
    assert "secret" not in broken
    assert killed == f"4: {ENDED}"


def test_what_a_worker_cannot_begin_is_a_refusal(cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="damaged"):
        list(on_dask(odd, range(3), cluster.address, failed, refuse))
    monkeypatch.setattr(module, "__version__", "0.0.1")
    with pytest.raises(CohortError, match=r"A Dask worker has adcore .*, this program is 0\.0\.1"):
        list(on_dask(odd, range(3), cluster.address, failed))


def test_a_scheduler_that_does_not_answer_or_is_lost_is_a_refusal(cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    results = on_dask(wait, [0, 60], cluster.address, failed)
    assert next(results) == 0
    cluster.scheduler.kill()
    with pytest.raises(CohortError, match="The connection to the Dask scheduler was lost"):
        next(results)
    monkeypatch.setattr(module, "SECONDS_TO_ANSWER", 2)
    for address in (cluster.address, "nowhere at all"):
        with pytest.raises(CohortError, match=f"Expected a Dask scheduler at '{address}'"):
            next(on_dask(wait, [0], address, failed))
