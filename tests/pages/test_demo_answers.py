import threading
from threading import Event, Thread

import pytest

import app.demo_answers
from adcore.case.clinical import ClinicalRecord
from app.demo_answers import DEMO_ANSWERS_VARIABLE, answer_all, demo_answers
from app.runtime import runtime
from app.shared.patients import demo_patients, demo_scan
from tests.pages.conftest import OpenPage, answer_of, words
from tests.support import fakes
from tests.support.builders import as_scan, tiny_volume


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events by which threads of answers are told to stop; the threads themselves do nothing."""
    started: list[Event] = []
    monkeypatch.setattr(app.demo_answers, "answer_all", started.append)
    return started


def test_once_demo_patients_are_answered_nobody_waits_for_one(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_page("start")
    answer_all(Event())
    assert runtime().demo_answers.keys() == {demo_scan(key).sha256 for key in demo_patients()}

    def refuse(*_: object) -> None:
        raise AssertionError("This answer was made already.")

    monkeypatch.setattr(fakes.FakeWorker, "run", refuse)
    answered = answer_of(lambda page: session.switch_page(f"../pages/{page}.py").run(), "marked")
    assert answered.session_state["adcore_session"].result is not None
    assert not answered.warning, words(answered)


def test_a_users_analysis_goes_first_and_the_demo_patients_follow(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    open_page("start")
    monkeypatch.setattr(app.demo_answers, "LOOK_S", 0.01)
    monkeypatch.setattr(fakes, "SECONDS_PER_STEP", 60.0)
    stop = Event()
    thread = Thread(target=answer_all, args=[stop])
    thread.start()
    shared = runtime()
    while not shared._queue._jobs:
        stop.wait(0.01)
    (in_advance,) = shared._queue._jobs
    job = shared.start("one", as_scan(*tiny_volume()), ClinicalRecord(age_years=74))
    assert (in_advance.stop.is_set(), job.ahead) == (True, 0)
    assert not shared.demo_answers
    fakes.SECONDS_PER_STEP = 0.0
    job.cancel()
    thread.join(timeout=30)
    assert len(shared.demo_answers) == len(demo_patients())


@pytest.mark.parametrize(("value", "threads"), [("off", 0), (None, 1)])
def test_answers_in_advance_can_be_switched_off(
    value: str | None, threads: int, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DEMO_ANSWERS_VARIABLE)
    if value is not None:
        monkeypatch.setenv(DEMO_ANSWERS_VARIABLE, value)
    with demo_answers():
        for thread in threading.enumerate():
            if thread.name == "demo answers":
                thread.join(10)
    assert [event.is_set() for event in told] == [True] * threads
