from collections.abc import Iterator
from threading import Event

import pytest

import app.runtime
from adcore.analysis import Analysis, Step
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.errors import AdcoreError, ModelError, PreparationError
from app.runtime import MAX_JOBS, UNFORESEEN, BusyError, Runtime
from tests.support import fakes
from tests.support.builders import as_scan, tiny_volume

SCAN = as_scan(*tiny_volume())
RECORD = ClinicalRecord(age_years=74)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: fakes.fake_predictor())
    monkeypatch.setattr(app.runtime, "analyse", fakes.fake_analyse)
    monkeypatch.setattr(fakes, "SECONDS_PER_STEP", 0.0)
    return Runtime()


@pytest.fixture
def gate(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Analyses wait until it opens."""
    opened = Event()

    def wait_then_analyse(scan: Scan, record: ClinicalRecord, predictor: object, on_step: object = None) -> Analysis:
        assert opened.wait(20)
        return fakes.fake_analyse(scan, record, predictor)

    monkeypatch.setattr(app.runtime, "analyse", wait_then_analyse)
    yield opened
    opened.set()


def test_the_stages_arrive_in_order_and_then_the_result(runtime: Runtime) -> None:
    job = runtime.start("one", SCAN, RECORD)
    assert job.result().record == RECORD
    assert job.done
    assert job.steps == [step.value for step in Step]


def test_a_session_has_one_analysis_at_a_time(runtime: Runtime, gate: Event) -> None:
    job = runtime.start("one", SCAN, RECORD)
    with pytest.raises(BusyError, match="still running"):
        runtime.start("one", SCAN, RECORD)
    other = runtime.start("another", SCAN, RECORD)
    gate.set()
    job.result()
    other.result()
    runtime.start("one", SCAN, RECORD).result()


def test_further_analyses_are_refused_when_too_many_wait(runtime: Runtime, gate: Event) -> None:
    jobs = [runtime.start(str(number), SCAN, RECORD) for number in range(MAX_JOBS)]
    with pytest.raises(BusyError, match="Try again"):
        runtime.start("one too many", SCAN, RECORD)
    gate.set()
    assert all(job.result() for job in jobs)


def test_a_refusal_reaches_the_page_with_its_own_sentence(runtime: Runtime) -> None:
    with pytest.raises(PreparationError, match="Export the T1 again"):
        runtime.start("one", SCAN, ClinicalRecord(age_years=99)).result()


def test_a_bug_reaches_the_page_as_a_neutral_sentence_and_the_session_may_go_on(runtime: Runtime) -> None:
    with pytest.raises(AdcoreError) as caught:
        runtime.start("one", SCAN, ClinicalRecord(age_years=97)).result()
    assert str(caught.value) == UNFORESEEN
    assert runtime.start("one", SCAN, RECORD).result()


def test_a_missing_model_is_reported_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str | None) -> None:
        raise ModelError("There is no model.")

    monkeypatch.setattr(app.runtime, "load_predictor", refuse)
    with pytest.raises(ModelError, match="There is no model"):
        Runtime().start("one", SCAN, RECORD)


def test_the_model_named_in_the_environment_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: asked.append(name) or fakes.fake_predictor())
    monkeypatch.setenv("ADCORE_MODEL", "another")
    Runtime().predictor()
    assert asked == ["another"]


def test_the_key_changes_with_scan_and_record(runtime: Runtime) -> None:
    other = as_scan(*tiny_volume(seed=1))
    keys = {
        runtime.key(SCAN, RECORD),
        runtime.key(other, RECORD),
        runtime.key(SCAN, ClinicalRecord(age_years=75)),
        runtime.key(SCAN, ClinicalRecord()),
    }
    assert len(keys) == 4
    assert runtime.key(SCAN, RECORD) == runtime.key(SCAN, RECORD)
