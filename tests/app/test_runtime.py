import pytest

import app.runtime
from adcore.analysis import Step
from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError, ModelError, PreparationError
from app.runtime import UNFORESEEN, Runtime
from tests.support import fakes
from tests.support.builders import as_scan, tiny_volume

SCAN = as_scan(*tiny_volume())
RECORD = ClinicalRecord(age_years=74)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Runtime:
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: fakes.fake_predictor())
    monkeypatch.setattr(app.runtime, "Worker", fakes.FakeWorker)
    monkeypatch.setattr(fakes, "SECONDS_PER_STEP", 0.0)
    return Runtime()


def test_the_stages_arrive_in_order_and_then_the_result(runtime: Runtime) -> None:
    job = runtime.start("one", SCAN, RECORD)
    assert job.result().record == RECORD
    assert job.done
    assert job.steps == [step.value for step in Step]


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
