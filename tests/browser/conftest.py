"""The real app on a free port, and a real browser: each started once for all browser tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.browser.viewer_page import TIMEOUT_MS, analyse, as_at_first, open_demo
from tests.support.outside import WATCHED
from tests.support.untrained import write_untrained_model

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 240


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def context(browser: Browser, stand_in_app: str) -> Iterator[BrowserContext]:
    """A browser on the app with the stand-in model that has read the app's scripts already, which takes seconds."""
    with new_context(browser, stand_in_app) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of its own, for which the app begins a session of its own."""
    opened = context.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def analysed_page(browser: Browser, stand_in_app: str) -> Iterator[Page]:
    """A page with a demo patient and the answer; shared by all tests, so take `analysed`."""
    with new_user(browser, stand_in_app) as opened:
        open_demo(opened, "Marked atrophy")
        analyse(opened)
        yield opened


@pytest.fixture
def analysed(analysed_page: Page) -> Page:
    """The analysed page with the answer: overlay off, on the scan's own plane through VGG16's strongest slice."""
    as_at_first(analysed_page)
    return analysed_page


@contextmanager
def new_user(browser: Browser, address: str) -> Iterator[Page]:
    """A page in a browser context of its own."""
    with new_context(browser, address) as context:
        yield context.new_page()


@contextmanager
def new_context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser context without pages."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, base_url=address)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def stand_in_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app whose model is made up."""
    yield from stand_in(tmp_path_factory.mktemp("stand_in") / "log.txt")


def stand_in(log: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Start the app whose model is made up; yields its address once it is healthy."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.support.browser.serve:dashboard", "--port", str(port)]
    yield from _serve(command, port, environment or {}, log)


@pytest.fixture(scope="session")
def untrained_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the app with the untrained model writes, with whatever it asks of other machines."""
    return tmp_path_factory.mktemp("untrained") / "log.txt"


@pytest.fixture(scope="session")
def untrained_app(untrained_log: Path) -> Iterator[str]:
    """Address of the app as `make run` starts it, with the real pipeline and an untrained model."""
    folder = untrained_log.parent
    model = write_untrained_model(folder / "model")
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.port", str(port)]
    yield from _serve(command, port, {"ADCORE_MODEL": str(model), "PYTHONPATH": str(WATCHED)}, untrained_log)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(command: list[str], port: int, environment: dict[str, str], log: Path) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT) as server,
    ):
        try:
            if not wait_until_healthy(address, server):
                pytest.fail(f"the app did not start:\n{log.read_text()[-3000:]}")
            yield address
        finally:
            server.terminate()


def wait_until_healthy(address: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether the dashboard answers before its process ends, or within START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return True
        except OSError:
            time.sleep(0.2)
    return False
