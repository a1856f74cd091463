import json

from adcore.analysis import SCHEMA_VERSION
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.case.clinical import ClinicalRecord
from adcore.case.reader_note import ReaderNote
from tests.support.fakes import fake_analysis, head_scan

KEYS = {
    *(
        "schema_version",
        "disclaimer",
        "case",
        "fused",
        "without_mmse",
        "branches",
        "category",
        "threshold",
        "reasons",
        "attention",
    ),
    *("slices", "display_maximum", "checks", "warnings", "regions", "explanation_quality", "volumes", "record", "reader"),
    "provenance",
}
NOTE = ReaderNote(0.3, True, False, "Wide sulci.", "2026-01-01T00:00:00+00:00")


def test_the_json_has_the_keys_of_its_schema_and_survives_a_round_trip() -> None:
    for fit in (True, False):
        written = fake_analysis(head_scan(), ClinicalRecord(age_years=74, mmse=21), fit=fit).to_json(NOTE)
        assert set(written) >= KEYS
        assert json.loads(json.dumps(written, allow_nan=False)) == written
        assert written["schema_version"] == SCHEMA_VERSION


def test_the_json_says_where_the_slices_lie_and_what_the_top_colour_means() -> None:
    analysis = fake_analysis(head_scan(), ClinicalRecord())
    written = analysis.to_json()
    assert written["slices"]["y_mm"] == list(analysis.prepared.config.slices.y_mm)
    assert len(written["slices"]["y_mm"]) == len(written["attention"]["vgg16"])
    assert set(written["display_maximum"]) == {branch.value for branch in IMAGE_BRANCHES}


def test_the_readers_note_goes_along_where_there_is_one() -> None:
    analysis = fake_analysis(head_scan(), ClinicalRecord())
    assert analysis.to_json()["reader"] is None
    assert analysis.to_json(NOTE)["reader"]["why"] == "Wide sulci."


def test_its_repr_is_one_line_with_the_answer_or_why_there_is_none() -> None:
    answered, refused = (fake_analysis(head_scan(), ClinicalRecord(age_years=74, mmse=21), fit=fit) for fit in (True, False))
    assert answered.prediction is not None
    assert repr(answered).startswith(f"<Analysis of {answered.prepared.scan.pseudonym}: {answered.prediction.category}, ")
    assert repr(answered).endswith("%)>")
    assert str(refused.refusals[0]) in repr(refused)
    assert len(repr(answered)) < 100
