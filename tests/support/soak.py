"""A soak: mixed load on the real dashboard for some minutes, and whether it leaves anything behind.

Run it as `make soak MINUTES=30`, or `python -m tests.support.soak --minutes 30`. Users upload synthetic heads, get answers,
save files and close their tabs; some leave while their analysis runs, some upload damaged files, and programs ask over HTTP. It
prints a table, and ends with 1 where memory at the end is over 5 % above that at the start, or where anything went wrong.
"""

import argparse
import gzip
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

import nibabel as nib
import numpy as np

from adcore.cohorts.synthetic import DEMO_PATIENTS
from app.forget import FORGET_VARIABLE
from tests.browser.conftest import free_port, wait_until_healthy
from tests.support.load import ANSWER, REAL, STAND_IN, memory_of, real_app, repeat, seconds_of_health
from tests.support.session_client import Browser

FORGET_MINUTES = 0.5
"""So that a soak of ten minutes sees most of its sessions forgotten."""

PATIENCE_S = 1200.0
MOST_GROWTH = 0.05
SLOW_S = 2.0
"""Seconds of a health answer from which on it is told what the users were doing."""

DAMAGED = b"\x1f\x8b\x08\x00" + bytes(range(256)) * 400

BARE_SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
"""Asked beside the dashboard: what it takes to answer is the machine's doing, not the dashboard's."""


@dataclass(eq=False)
class Seen:
    """What a soak saw; seconds, bytes, and how often each thing happened."""

    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    health_s: list[float] = field(default_factory=list)
    bare_s: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    doing: dict[int, str] = field(default_factory=dict)
    slow: list[str] = field(default_factory=list)


@dataclass(eq=False)
class User:
    """One user after another at the server, in one thread."""

    address: str
    number: int
    heads: list[bytes]
    seen: Seen
    fresh: Iterator[int]

    def review(self) -> None:
        """Upload a head, get its answer, save report and result, close the tab."""
        with self._analysing() as browser:
            browser.await_text(ANSWER)
            self._did("answer on a page")
            self._doing("saves files")
            for ending in (".pdf", ".json"):
                status = browser.request(browser.await_file(ending))
                self._did("file saved") if status == 200 else self._wrong(f"{ending} answered {status}")

    def leave(self) -> None:
        """Close the tab while the analysis waits or runs."""
        with self._analysing():
            time.sleep(3)
        self._did("tab closed during an analysis")

    def upload_damage(self) -> None:
        """Upload a file that no reader takes, and be told."""
        with self._uploaded(DAMAGED) as browser:
            browser.await_text("Expected")
        self._did("file refused on a page")

    def ask(self) -> None:
        """Ask over HTTP, as a program does."""
        self._doing("asks over HTTP")
        status, text = self._post(self._head())
        if status == 200 and json.loads(text)["fused"]["probability"] is not None:
            self._did("answer over HTTP")
        elif status == 429:
            self._did("told over HTTP to come again")
        else:
            self._wrong(f"HTTP answered {status} {text[:200]}")

    def ask_damage(self) -> None:
        """Send a damaged file over HTTP."""
        self._doing("sends damage over HTTP")
        status, text = self._post(DAMAGED)
        self._did("file refused over HTTP") if status in (422, 429) else self._wrong(f"damage over HTTP: {status} {text[:200]}")

    @contextmanager
    def _analysing(self) -> Iterator[Browser]:
        with self._uploaded(self._head()) as browser:
            browser.click("Analyse")
            self._doing("waits for an answer")
            yield browser

    @contextmanager
    def _uploaded(self, content: bytes) -> Iterator[Browser]:
        self._doing("opens a tab")
        with Browser(self.address, patience_s=PATIENCE_S).open() as browser:
            browser.click("Use my scan")
            self._doing("uploads")
            browser.upload("scan.nii.gz", content)
            yield browser
            self._doing("closes the tab")

    def _head(self) -> bytes:
        """A head of its own: an empty gzip member behind it makes it another file."""
        number = next(self.fresh)
        return self.heads[number % len(self.heads)] + gzip.compress(b"", mtime=number + 1)

    def _post(self, content: bytes) -> tuple[int, str]:
        boundary = "boundary7f3"
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="scan"; filename="scan.nii.gz"\r\n\r\n'.encode()
        sent = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        body = part + content + f"\r\n--{boundary}--\r\n".encode()
        try:
            asked = urllib.request.Request(f"{self.address}/api/analyse", body, sent)
            with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def _doing(self, what: str) -> None:
        self.seen.doing[self.number] = what

    def _did(self, what: str) -> None:
        self.seen.happened[what] += 1

    def _wrong(self, what: str) -> None:
        self.seen.wrong.append(what)


VISITS: tuple[tuple[Callable[[User], None], int], ...] = (
    (User.review, 3),
    (User.leave, 2),
    (User.upload_damage, 3),
    (User.ask, 1),
    (User.ask_damage, 2),
)
"""What users do, and how often beside each other."""


def main() -> int:
    """Soak, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--users", type=int, default=4, help="at once")
    parser.add_argument("--stand-in", action="store_true", help="with a made-up model, which answers many more times")
    asked = parser.parse_args()
    os.environ[FORGET_VARIABLE] = str(FORGET_MINUTES)
    heads, bare = [file_of(patient.make_scan()) for patient in DEMO_PATIENTS[:2]], free_port()
    load_before = os.getloadavg()[0]
    with real_app(STAND_IN if asked.stand_in else REAL) as (address, process), bare_server(bare):
        seen, fresh = Seen(), Fresh()
        soak(
            address, heads, Seen(), fresh, asked.users, visits=[visit for visit, _ in VISITS]
        )  # all that is loaded at a first use
        start = memory_at_rest(process)
        with watching(address, f"http://127.0.0.1:{bare}", process, seen):
            soak(address, heads, seen, fresh, asked.users, seconds=60 * asked.minutes)
        end = memory_at_rest(process)
    print(table(seen, start, end, asked.minutes, asked.users, load_before))
    for line in (*seen.slow, *seen.wrong):
        print(line)
    return 1 if seen.wrong or end > start * (1 + MOST_GROWTH) else 0


class Fresh:
    """Numbers that no other thread has had."""

    def __init__(self) -> None:
        self._numbers, self._lock = itertools.count(), Lock()

    def __iter__(self) -> "Fresh":
        return self

    def __next__(self) -> int:
        with self._lock:
            return next(self._numbers)


def file_of(scan: object) -> bytes:
    """A scan as the bytes of a .nii.gz file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "head.nii.gz"
        nib.save(nib.Nifti1Image(np.asarray(scan.voxels), scan.affine), path)  # type: ignore[attr-defined]
        return path.read_bytes()


def soak(
    address: str,
    heads: list[bytes],
    seen: Seen,
    fresh: Iterator[int],
    users: int,
    seconds: float = 0.0,
    visits: list[Callable[[User], None]] | None = None,
) -> None:
    """Have users come, one after another in each of some threads: for some seconds, or for the visits given."""
    deadline, left, lock = time.monotonic() + seconds, iter(visits or ()), Lock()

    def come(number: int) -> None:
        chance = random.Random(number)
        user = User(address, number, heads, seen, fresh)
        while True:
            if visits is None:
                (visit,) = chance.choices([visit for visit, _ in VISITS], [often for _, often in VISITS])
                if time.monotonic() > deadline:
                    return
            else:
                with lock:
                    visit = next(left, None)  # type: ignore[arg-type]
                if visit is None:
                    return
            try:
                visit(user)
            except Exception as error:
                seen.wrong.append(f"{visit.__name__}, which {seen.doing.get(number)}: {type(error).__name__} {str(error)[:200]}")

    with ThreadPoolExecutor(users) as threads:
        list(threads.map(come, range(users)))


@contextmanager
def bare_server(port: int) -> Iterator[None]:
    """A server that does nothing but answer."""
    with subprocess.Popen([sys.executable, "-c", BARE_SERVER, str(port)], stdout=subprocess.DEVNULL) as server:
        try:
            assert wait_until_healthy(f"http://127.0.0.1:{port}", server), "the bare server did not start"
            yield
        finally:
            server.terminate()


@contextmanager
def watching(address: str, bare: str, process: int, seen: Seen) -> Iterator[None]:
    """Ask for health and look at memory meanwhile."""
    over = Event()

    def look() -> None:
        seen.bare_s.append(seconds_of_health(bare))
        asked = time.monotonic()
        try:
            taken = seconds_of_health(address)
        except OSError as error:  # the soak goes on, and fails
            taken = time.monotonic() - asked
            seen.wrong.append(f"health was not answered within {taken:.0f} s: {error}")
        seen.health_s.append(taken)
        if taken > SLOW_S:
            doing = ", ".join(sorted(seen.doing.values()))
            seen.slow.append(
                f"health took {taken:.1f} s, a bare server {seen.bare_s[-1]:.1f} s just before, while users: {doing}"
            )

    with ThreadPoolExecutor(2) as threads:
        done = [
            threads.submit(repeat, over, 0.2, look),
            threads.submit(repeat, over, 2.0, lambda: seen.memory.append(memory_of(process))),
        ]
        try:
            yield
        finally:
            over.set()
            seen.wrong += [f"not watched: {error}" for one in done if (error := one.exception())]


def memory_at_rest(process: int) -> int:
    """Bytes of all processes once every tab is forgotten."""
    time.sleep(60 * FORGET_MINUTES * 1.5 + 15)
    looked = []
    for _ in range(5):
        looked.append(memory_of(process))
        time.sleep(1)
    return sorted(looked)[2]


def table(seen: Seen, start: int, end: int, minutes: float, users: int, load_before: float) -> str:
    """The figures as a Markdown table."""
    of = lambda seconds: ", ".join(f"{np.percentile(seconds, q):.3f} s" for q in (50, 99, 100))  # noqa: E731
    rows = {
        "time": f"{minutes:g} minutes, {users} users at once",
        "the machine's load average before, after": f"{load_before:.1f}, {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors",
        **{what: str(count) for what, count in sorted(seen.happened.items())},
        "anything else": str(len(seen.wrong)),
        "health, median, 99th percentile, longest": f"{of(seen.health_s)} ({len(seen.health_s)} times)",
        "a bare server beside it, the same": of(seen.bare_s),
        "memory of all processes at rest, before and after": f"{start / 1e9:.3f} GB, {end / 1e9:.3f} GB ({end / start - 1:+.1%})",
        "at the most": f"{max(seen.memory, default=0) / 1e9:.2f} GB",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


if __name__ == "__main__":
    sys.exit(main())
