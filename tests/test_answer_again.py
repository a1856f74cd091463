"""Other clinical fields for an analysed scan: the answer of a full analysis, without reading the scan again."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import adcore.pipeline
from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.explain import SaliencyMethod
from adcore.pipeline import analyse, answer_again
from adcore.predict import Predictor, ScanReading
from adcore.prepare.prepared import PreparedScan
from tests.support.fakes import fake_analysis, head_scan
from tests.support.untrained import TINY_SLICES, untrained_card, untrained_network

RECORD = ClinicalRecord.of(age_years=74, sex="F", mmse=29)
OTHERS = (
    ClinicalRecord.of(age_years=74, sex="F", mmse=21),
    ClinicalRecord.of(age_years=81, sex="M", education_years=12, ses=3),
    ClinicalRecord(),
    ClinicalRecord.of(age_years=45, sex="F", mmse=29),
)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(TINY_SLICES), untrained_network())


@pytest.fixture(scope="module")
def made() -> PreparedScan:
    """A prepared scan with random slices, of another size than usual."""
    made = fake_analysis(head_scan(), RECORD).prepared
    shape = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)
    slices = np.random.default_rng(0).uniform(0, 1, shape).astype(np.float32)
    config = replace(made.config, slices=TINY_SLICES)
    return replace(made, config=config, slices=slices, slice_structures=np.zeros(shape, np.uint8))


@pytest.fixture(scope="module")
def reading(made: PreparedScan, predictor: Predictor) -> ScanReading:
    return predictor.read(made)


@pytest.fixture(autouse=True)
def prepared(made: PreparedScan, reading: ScanReading, monkeypatch: pytest.MonkeyPatch) -> PreparedScan:
    """What preparing any scan gives; the networks read it once for all tests."""
    prepare(monkeypatch, made)
    monkeypatch.setattr(Predictor, "read", lambda self, prepared: reading)
    return made


def prepare(monkeypatch: pytest.MonkeyPatch, prepared: PreparedScan) -> None:
    """Have every scan prepared as this one."""
    monkeypatch.setattr(adcore.pipeline, "prepare_scan", lambda scan, on_step: prepared)


def told(analysis: Analysis) -> Any:
    """All that is told of a case, to six decimals, but for when it was made and how long that took."""
    document = analysis.to_json()
    del document["provenance"]["seconds"], document["provenance"]["created"]
    return json.loads(json.dumps(document), parse_float=lambda number: round(float(number), 6))


@pytest.mark.parametrize("record", OTHERS, ids=("mmse", "all", "none", "age"))
def test_other_fields_get_the_answer_of_a_full_analysis_without_reading_the_scan_again(
    predictor: Predictor, record: ClinicalRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = analyse(head_scan(), RECORD, predictor)
    full = analyse(head_scan(), record, predictor)
    monkeypatch.setattr(Predictor, "read", None)
    monkeypatch.setattr(adcore.pipeline, "prepare_scan", None)
    assert told(answer_again(first, record, predictor)) == told(full)
    assert told(answer_again(full, RECORD, predictor)) == told(first)
    assert told(full) != told(first)


def test_the_maps_that_were_chosen_stay(predictor: Predictor) -> None:
    first = analyse(head_scan(), RECORD, predictor)
    assert first.explanation is not None
    chosen = replace(first, explanation=replace(first.explanation, method=SaliencyMethod.RELATIVE))
    assert answer_again(chosen, OTHERS[0], predictor).explanation is chosen.explanation


def test_a_scan_that_was_refused_stays_refused(
    predictor: Predictor, prepared: PreparedScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = replace(prepared.checks[0], passed=False)
    prepare(monkeypatch, replace(prepared, checks=(check,)))
    again = answer_again(analyse(head_scan(), RECORD, predictor), OTHERS[0], predictor)
    assert again.prediction is None
    assert again.record == OTHERS[0]
    assert [refusal.code for refusal in again.refusals] == [check.code]


def test_a_header_that_states_otherwise_holds_the_answer_back_until_it_is_confirmed(
    predictor: Predictor, prepared: PreparedScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = replace(prepared.scan, stated=replace(prepared.scan.stated, age_years=60.0))
    prepare(monkeypatch, replace(prepared, scan=stated))
    first = analyse(stated, RECORD, predictor)
    assert first.what_if is None
    confirmed = answer_again(first, RECORD.model_copy(update={"header_confirmed": True}), predictor)
    assert confirmed.what_if is not None
    assert told(confirmed) == told(analyse(stated, confirmed.record, predictor))
