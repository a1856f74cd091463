import pytest

from adcore.case.clinical import ClinicalRecord, remarks

TRAINED = (60.0, 96.0)


def test_an_ordinary_record_gets_no_remark() -> None:
    assert remarks(ClinicalRecord.of(age_years=74, sex="F", education_years=16, ses=2, mmse=26, apoe_e4=1), TRAINED) == {}
    assert remarks(ClinicalRecord(), TRAINED) == {}


@pytest.mark.parametrize(("age", "remarked"), [(59, True), (60, False), (96, False), (97, True)])
def test_an_age_outside_training_is_remarked_on_with_the_ages_of_the_card(age: float, remarked: bool) -> None:
    found = remarks(ClinicalRecord.of(age_years=age), TRAINED)
    assert ("age_years" in found) is remarked
    assert not remarked or "60 to 96 years" in found["age_years"]


def test_more_schooling_than_life_is_asked_about_at_the_education() -> None:
    assert "do not fit an age of 20" in remarks(ClinicalRecord.of(age_years=20, education_years=22), TRAINED)["education_years"]
    assert "education_years" not in remarks(ClinicalRecord.of(education_years=22), TRAINED)


@pytest.mark.parametrize(("mmse", "remarked"), [(10, True), (11, False)])
def test_a_very_low_score_is_asked_about(mmse: float, remarked: bool) -> None:
    assert ("mmse" in remarks(ClinicalRecord.of(mmse=mmse), TRAINED)) is remarked
