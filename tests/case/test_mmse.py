import pytest

from adcore.case.clinical import (
    FIELDS,
    MMSE_SECTIONS,
    ClinicalRecord,
    MmseBand,
    missing_sections,
    mmse_total,
    section_refusal,
)
from adcore.errors import ClinicalRecordError

FULL: dict[str, float | None] = {section.name: float(section.points) for section in MMSE_SECTIONS}


def test_full_marks_are_the_greatest_total_of_the_record() -> None:
    assert mmse_total(FULL) == next(spec.high for spec in FIELDS if spec.name == "mmse") == 30


def test_lost_points_are_lost_in_the_total() -> None:
    assert mmse_total({**FULL, "recall": 1, "time": 4}) == 27
    assert mmse_total(dict.fromkeys(FULL, 0)) == 0


def test_an_incomplete_set_has_no_total_and_names_what_is_missing() -> None:
    scores = {**FULL, "recall": None}
    assert mmse_total(scores) is None
    assert [section.label for section in missing_sections(scores)] == ["Recall"]
    assert len(missing_sections({})) == len(MMSE_SECTIONS)


@pytest.mark.parametrize("score", [-1, 4, 1.5])
def test_a_score_that_a_section_cannot_have_is_refused_and_makes_no_total(score: float) -> None:
    recall = next(section for section in MMSE_SECTIONS if section.name == "recall")
    assert "Recall takes a whole number from 0 to 3" in (section_refusal(recall, score) or "")
    assert mmse_total({**FULL, "recall": score}) is None


def test_a_score_and_a_band_are_not_given_together_and_a_band_counts_as_known() -> None:
    with pytest.raises(ClinicalRecordError, match="as a score and as a band"):
        ClinicalRecord.of(mmse=25, mmse_band="24 to 26")
    with pytest.raises(ClinicalRecordError, match="one of under 24, 24 to 26, 27 and over, got 'high'"):
        ClinicalRecord.of(mmse_band="high")
    banded = ClinicalRecord.of(mmse_band="27 and over")
    assert "mmse" not in banded.unknown
    assert banded.any_known
    assert not banded.without_mmse.any_known


def test_the_bands_hold_every_score_once() -> None:
    assert sorted(score for band in MmseBand for score in band.scores) == list(range(31))
