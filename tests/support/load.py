"""Load on the real dashboard: users who analyse at the same moment, what they get, how long the health endpoint takes meanwhile,
and how much memory all processes take together.

Run it as `python -m tests.support.load SCAN --users 10`: each user uploads the scan, as a file of another content each time.
"""

import argparse
import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np

from tests.browser.conftest import ROOT, free_port, wait_until_healthy
from tests.support.session_client import Browser

ANSWER = 'aria-label="Result"'
REFUSALS = ("the most this machine accepts", "no result", "was stopped")
PATIENCE_S = 3600.0

REAL = ("streamlit", "run", "app/server.py", "--server.port")
STAND_IN = ("uvicorn", "tests.support.browser.serve:dashboard", "--port")
"""How the dashboard is started: with its model, or with a made-up one that answers in a second."""


@dataclass(eq=False)
class Watched:
    """What was seen meanwhile: seconds of each answer of the health endpoint, and bytes of memory."""

    health_s: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def main() -> None:
    """Print what the users got."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scan", type=Path, help="a NIfTI file, .nii.gz")
    parser.add_argument("--users", type=int, default=10)
    options = parser.parse_args()
    with real_app() as (address, process):
        warm_up(address, options.scan)
        idle = memory_of(process)
        ready = [reviewer(address, options.scan, number) for number in range(options.users)]
        watched, over, began = Watched(), Event(), time.monotonic()
        with ThreadPoolExecutor(options.users + 2) as threads:
            threads.submit(repeat, over, 0.1, lambda: watched.health_s.append(seconds_of_health(address)))
            threads.submit(repeat, over, 0.5, lambda: watched.memory.append(memory_of(process)))
            try:
                got = list(threads.map(lambda browser: analyse(browser, began), ready))
            finally:
                over.set()
        for browser in ready:
            browser.close()
    print_figures(got, watched, idle)


@contextmanager
def real_app(start: Sequence[str] = REAL) -> Iterator[tuple[str, int]]:
    """The dashboard as `make run` starts it, or as STAND_IN does, once it is healthy: its address and its process."""
    port = free_port()
    address, command = f"http://127.0.0.1:{port}", [sys.executable, "-m", *start, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert wait_until_healthy(address, server), "the dashboard did not start"
            yield address, server.pid
        finally:
            server.terminate()


def warm_up(address: str, scan: Path) -> None:
    """Wait for its model by one analysis."""
    with reviewer(address, scan, -1) as first:
        analyse(first, 0)


def reviewer(address: str, scan: Path, number: int) -> Browser:
    """A user who has uploaded the scan; an appended gzip member without content makes it a file of its own."""
    browser = Browser(address, patience_s=PATIENCE_S).open()
    browser.click("Use my scan")
    browser.upload("scan.nii.gz", scan.read_bytes() + gzip.compress(b"", mtime=number + 1))
    return browser


def analyse(browser: Browser, began: float) -> tuple[str, float]:
    """What one user gets, and after how many seconds."""
    browser.click("Analyse")
    text = browser.await_text(ANSWER, *REFUSALS)
    return text, time.monotonic() - began


def repeat(over: Event, pause_s: float, look: Callable[[], None]) -> None:
    """Look again and again until it is over."""
    while not over.wait(pause_s):
        look()


def seconds_of_health(address: str) -> float:
    """How long one answer of the health endpoint takes."""
    began = time.monotonic()
    assert Browser(address).request("/_stcore/health") == 200
    return time.monotonic() - began


def memory_of(process: int) -> int:
    """Bytes of a process and all below it; what several share counts once."""
    own = Path(f"/proc/{process}/smaps_rollup")
    try:
        lines = own.read_text().splitlines()
        children = [
            int(child) for task in Path(f"/proc/{process}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) + sum(map(memory_of, children))


def print_figures(got: list[tuple[str, float]], watched: Watched, idle: int) -> None:
    """Print the figures as a table."""
    health = np.array(watched.health_s)
    answered = sum(text == ANSWER for text, _ in got)
    for name, value in {
        "answered": f"{answered} of {len(got)}",
        "first and last answer": f"{min(s for _, s in got):.0f} s, {max(s for _, s in got):.0f} s",
        "health, median, 99th percentile, longest": ", ".join(f"{np.percentile(health, q):.3f} s" for q in (50, 99, 100)),
        "asked for health": f"{health.size} times",
        "memory of all processes, idle": f"{idle / 1e9:.2f} GB",
        "memory of all processes, most": f"{max(watched.memory) / 1e9:.2f} GB",
    }.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
