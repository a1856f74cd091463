"""A dashboard in the process, with a stand-in model and quick demo patients."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import app.follow_up.intake
import app.runtime
import app.shared.patients
import app.start.page
from adcore.predict import Predictor
from tests.support import fakes
from tests.support.model_folder import SLICES, write_model_folder
from tests.support.untrained import untrained_card, untrained_network

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
PAGES = ("start", "review", "follow_up", "errors", "model_card", "about")

OpenPage = Callable[[str], AppTest]
ReadOnly = Callable[[str, Callable[[], AppTest]], AppTest]
Opened = Callable[[str], AppTest]


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Streamlit looks through every installed package for components whenever a session opens, which takes half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Opens a page in a session of its own; all of them share one process, as users do."""
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: fakes.fake_predictor())
    monkeypatch.setattr(app.runtime, "Worker", fakes.FakeWorker)
    monkeypatch.setattr(app.runtime, "answer_again", fakes.fake_answer_again)
    monkeypatch.setattr(app.follow_up.intake, "DEMO_COURSE", fakes.demo_course())
    monkeypatch.setattr(fakes, "SECONDS_PER_STEP", 0.0)
    patients = fakes.demo_patients()
    monkeypatch.setattr(app.shared.patients, "DEMO_PATIENTS", patients)
    monkeypatch.setattr(app.start.page, "MINUTE_PATIENT", "typical")
    app.runtime.runtime.clear()

    def open_one(page: str) -> AppTest:
        session = AppTest.from_file(str(MAIN), default_timeout=60).run()
        return session.switch_page(f"../pages/{page}.py").run()

    yield open_one
    app.runtime.runtime.clear()


@pytest.fixture(scope="session")
def read_pages() -> dict[str, AppTest]:
    return {}


@pytest.fixture
def read_only(read_pages: dict[str, AppTest], open_page: OpenPage) -> ReadOnly:
    """Gives a page that tests only read: opened once under its name, and not to be clicked."""

    def opened(name: str, make: Callable[[], AppTest]) -> AppTest:
        if name not in read_pages:
            read_pages[name] = make()
            read_pages[name]._run = _refuse_to_run
        return read_pages[name]

    return opened


def _refuse_to_run(*_: object, **__: object) -> None:
    raise AssertionError("This page is shared by tests that only read it. Open a page of your own.")


@pytest.fixture
def answered(read_only: ReadOnly, open_page: OpenPage) -> Opened:
    """The review of a demo patient with its answer, to be read only."""
    return lambda patient: read_only(f"answer of {patient}", lambda: answer_of(open_page, patient))


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model at work: one with a card and predictions, and without weights."""
    folder = write_model_folder(tmp_path / "model")
    monkeypatch.setenv("ADCORE_MODEL", str(folder))
    return folder


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> None:
    """Untrained networks at work, for what needs some."""
    predictor = Predictor(untrained_card(SLICES), untrained_network())
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: predictor)


def choose(session: AppTest, patient: str) -> AppTest:
    """Open a demo patient on the review page; for "upload" nothing, since the drop zone is there."""
    return session if patient == "upload" else session.button(key=f"adcore_open_{patient}").click().run()


def answer_of(open_page: OpenPage, patient: str) -> AppTest:
    """The review of a demo patient with its answer."""
    session = choose(open_page("review"), patient)
    return session.button(key="adcore_analyse").click().run()


def words(session: AppTest) -> str:
    """All text on the page: labels and values, in order."""
    shown = (getattr(element, name, None) for element in session.main for name in ("label", "value"))
    return "\n".join(str(text) for text in shown if text is not None)
