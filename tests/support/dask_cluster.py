"""A real Dask scheduler with real worker processes, some of which are killed while they work.

Run it as `python -m tests.support.dask_cluster --cases 10000 --workers 8 --killed 2`: a cohort on such a cluster, with a
stub for the analysis of one scan, whether a case was lost or done twice, and how much of the workers' time went into cases.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from adcore.cohorts.on_dask import on_dask

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300.0


@dataclass(eq=False)
class DaskCluster:
    """A scheduler at `address`, and its workers, of one thread each and without a nanny who would start them again."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    ended: dict[int, float] = field(default_factory=dict)

    def kill_worker(self) -> None:
        """Kill one that still works, as a machine that loses its power does."""
        worker = next(worker for worker in self.workers if worker.poll() is None)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.ended[worker.pid] = time.monotonic()

    def worker_seconds(self, begin: float, end: float) -> float:
        """The time that the workers had between two moments of time.monotonic, together."""
        return sum(self.ended.get(worker.pid, end) - begin for worker in self.workers)


@contextmanager
def dask_cluster(folder: Path, workers: int, *options: str, allowed_failures: int = 3) -> Iterator[DaskCluster]:
    """A cluster on this machine, ended with the block.

    Args:
        folder: where it logs and keeps its own files.
        options: of `dask worker`.
        allowed_failures: workers that a task may cost before the scheduler gives it up.
    """
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "DASK_TEMPORARY_DIRECTORY": str(folder),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",  # it looks at every worker 100 times a second
    }
    log = (folder / "dask.log").open("ab")
    started: list[subprocess.Popen[bytes]] = []

    def start(kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard", "--host", "127.0.0.1"]
        started.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))
        return started[-1]

    try:
        port = folder / "scheduler.json"
        scheduler = start("scheduler", "--port", "0", "--scheduler-file", str(port), "--idle-timeout", "1800")
        address = _address(port)
        crew = [start("worker", address, "--no-nanny", "--nthreads", "1", *options) for _ in range(workers)]
        yield DaskCluster(address, scheduler, crew)
    finally:
        for process in started:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
        log.close()


def wait_for_workers(address: str, number: int) -> None:
    """Wait until a scheduler has so many workers."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(number, timeout=PATIENCE_S)


def store(folder: Path, seconds: float, number: int) -> int:
    """Stands for the analysis of a scan: stores the case, half of the time before its end, so workers are killed there too."""
    time.sleep(seconds / 2)
    with (folder / str(number)).open("ab", buffering=0) as file:
        file.write(b"done\n")
    time.sleep(seconds / 2)
    return number


def stored(folder: Path, number: int) -> int | None:
    """Whether it stored a case."""
    return number if (folder / str(number)).is_file() else None


def failed(number: int, text: str) -> str:
    """In place of the result of a case."""
    return f"{number}: {text}"


def analyse(cluster: DaskCluster, folder: Path, cases: int, seconds: float, killed: int) -> list[int | str]:
    """The results of that many cases, while so many workers are killed."""
    folder.mkdir()
    results: list[int | str] = []
    work = partial(store, folder, seconds)
    for result in on_dask(work, range(cases), cluster.address, failed, stored=partial(stored, folder)):
        results.append(result)
        if killed and len(results) % (cases // (killed + 1)) == 0 and len(cluster.ended) < killed:
            cluster.kill_worker()
    return results


def times_stored(folder: Path) -> Counter[int]:
    """How many cases were stored how often."""
    return Counter(file.read_text().count("done") for file in folder.iterdir())


def _address(file: Path) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            return json.loads(file.read_text())["address"]
        time.sleep(0.05)
    raise TimeoutError("The Dask scheduler did not start.")


def main() -> None:
    """Print how many cases were lost or done twice, and the efficiency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--killed", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.5, help="of a case")
    options = parser.parse_args()

    with TemporaryDirectory() as name, dask_cluster(Path(name), options.workers) as cluster:
        wait_for_workers(cluster.address, options.workers)
        begun = time.monotonic()
        results = analyse(cluster, Path(name) / "cases", options.cases, options.seconds, options.killed)
        end = time.monotonic()
        times = times_stored(Path(name) / "cases")
    used = options.seconds * options.cases / cluster.worker_seconds(begun, end)
    lost = options.cases - len(set(results) & set(range(options.cases)))
    twice = sum(count for often, count in times.items() if often > 1)
    print(f"{len(results)} results of {options.cases} cases: {lost} lost, {twice} stored more than once.")
    print(f"{options.workers} workers, of which {len(cluster.ended)} were killed, took {end - begun:.0f} s.")
    print(f"Cases took {100 * used:.1f}% of the time of the workers that were alive.")


if __name__ == "__main__":
    main()
