"""The published schema is the code's own, and every kind of result keeps to it."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from adcore.analysis import SCHEMA_VERSION
from adcore.analysis.document import schema, schema_text
from adcore.case.clinical import ClinicalRecord
from adcore.case.reader_note import ReaderNote
from adcore.case.reason import AbstentionCode, CheckCode
from tests.support.fakes import TYPICAL, fake_analysis, head_scan, with_silent_vgg16

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "analysis.schema.json"
NOTE = ReaderNote(0.3, True, False, "Wide sulci.", "2026-01-01T00:00:00+00:00")
RESULTS = {
    "normal": fake_analysis(head_scan(), TYPICAL),
    "refused": fake_analysis(head_scan(), TYPICAL, fit=False),
    "outside the ages trained on": fake_analysis(head_scan(), TYPICAL.model_copy(update={"age_years": 45.0}), trained=False),
    "abstaining, without MMSE": fake_analysis(head_scan(), TYPICAL.model_copy(update={"mmse": None})),
    "a silent branch": with_silent_vgg16(fake_analysis(head_scan(), TYPICAL)),
    "scan alone, no attribution": fake_analysis(head_scan(), ClinicalRecord(), saliency=False),
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(json.loads(PUBLISHED.read_text()))


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert PUBLISHED.read_text() == schema_text(), "run: make schema"


@pytest.mark.parametrize("kind", RESULTS)
@pytest.mark.parametrize("note", [None, NOTE], ids=["no note", "note"])
def test_every_kind_of_result_keeps_to_the_schema(kind: str, note: ReaderNote | None, validator: Draft202012Validator) -> None:
    validator.validate(json.loads(json.dumps(RESULTS[kind].to_json(note), allow_nan=False)))


def test_the_schema_refuses_another_version_an_unknown_key_and_an_unknown_code(validator: Draft202012Validator) -> None:
    right = RESULTS["refused"].to_json()
    unknown_code = [{"code": "bad_weather", "sentence": "It rained."}]
    old, named = {"schema_version": SCHEMA_VERSION - 1}, {"name": "Jane Doe"}
    for wrong in (old, named, {"reasons": unknown_code}, {"reasons": ["Text."]}):
        with pytest.raises(ValidationError):
            validator.validate(right | wrong)


def test_a_probability_says_whether_it_is_held_at_the_edge_of_its_calibration() -> None:
    held = fake_analysis(head_scan(), TYPICAL.model_copy(update={"mmse": 5})).to_json()
    assert {name: one["at_edge"] for name, one in held["branches"].items()} == {
        "vgg16": False,
        "resnet50": False,
        "structures": False,
        "clinical": True,
    }
    assert held["fused"]["at_edge"]
    assert not RESULTS["normal"].to_json()["fused"]["at_edge"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_check_that_found_nothing_to_measure_is_null_and_the_document_valid_json(value: float) -> None:
    refused = RESULTS["refused"]
    checks = tuple(replace(check, value=value) for check in refused.prepared.checks)
    document = replace(refused, prepared=replace(refused.prepared, checks=checks)).to_json()
    assert [check["value"] for check in document["checks"]] == [None]
    json.dumps(document, allow_nan=False)


def test_a_silent_branch_is_null_and_the_document_says_why() -> None:
    found = RESULTS["a silent branch"].to_json()
    assert found["branches"]["vgg16"] is None
    assert found["silent"] == {"vgg16": "It did not rank participants the right way."}
    assert RESULTS["normal"].to_json()["silent"] == {}


def test_reasons_carry_a_code_and_a_sentence() -> None:
    codes = {kind: [reason["code"] for reason in result.to_json()["reasons"]] for kind, result in RESULTS.items()}
    assert codes["normal"] == []
    assert codes["refused"] == [CheckCode.REGISTRATION]
    assert codes["abstaining, without MMSE"] == [AbstentionCode.INTERVAL_INCLUDES_THRESHOLD]
    assert all(set(reason) == {"code", "sentence"} for result in RESULTS.values() for reason in result.to_json()["reasons"])


def test_outside_the_ages_trained_on_the_number_stands_only_where_it_is_called_withheld() -> None:
    written = RESULTS["outside the ages trained on"].to_json()
    assert [reason["code"] for reason in written["reasons"]] == [AbstentionCode.AGE_OUTSIDE_TRAINING]
    number = written.pop("withheld")["probability"]
    assert str(number) not in json.dumps(written)
    assert all(written[key] is None for key in ("fused", "without_mmse", "category", "contributions", "what_if", "agreement"))
    assert written["at_prevalence"] == written["regions"] == []
    assert written["volumes"]
    assert RESULTS["normal"].to_json()["withheld"] is None


def test_a_result_carries_the_prevalence_it_assumes_and_a_clinics_own_leads() -> None:
    result = RESULTS["normal"]
    written = result.to_json()
    assert written["prevalence"] == 0.5
    assert [line["assumed"] for line in written["at_prevalence"]] == ["training", "example"]
    assert written["at_prevalence"][0]["probability"] == pytest.approx(written["fused"]["probability"], abs=1e-4)
    own = result.to_json(prevalence=0.1)["at_prevalence"]
    assert [(line["assumed"], line["prevalence"]) for line in own] == [("clinic", 0.1), ("training", 0.5)]
    assert own[0]["probability"] < own[1]["probability"]


def test_every_key_of_the_document_is_required() -> None:
    assert set(schema()["required"]) == set(schema()["properties"]) == set(RESULTS["normal"].to_json())
