import math

import pytest

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.stated import StatedPatient, difference, minor_sentence


@pytest.mark.parametrize(("header", "typed"), [(70, 70), (70, 71.9), (71.9, 70), (0.0, None), (None, 70), (None, None)])
def test_ages_within_what_rounding_explains_or_unknown_do_not_differ(header: float | None, typed: float | None) -> None:
    assert difference(StatedPatient(header), ClinicalRecord(age_years=typed)) is None


@pytest.mark.parametrize(("header", "typed"), [(3, 70), (68, 70), (72, 70), (0, 70), (100, 70)])
def test_ages_years_apart_are_both_named(header: float, typed: float) -> None:
    sentence = difference(StatedPatient(header), ClinicalRecord(age_years=typed))
    assert sentence is not None
    assert f"{header:g} years where {typed:g} years were entered" in sentence


def test_another_sex_is_named_and_the_same_or_an_unknown_one_is_not() -> None:
    stated = StatedPatient(sex=Sex.MALE)
    assert "male where female was entered" in str(difference(stated, ClinicalRecord(sex=Sex.FEMALE)))
    assert difference(stated, ClinicalRecord(sex=Sex.MALE)) is None
    assert difference(stated, ClinicalRecord()) is None
    assert difference(StatedPatient(), ClinicalRecord(sex=Sex.MALE)) is None


def test_both_differences_are_told_in_one_sentence() -> None:
    sentence = difference(StatedPatient(45, Sex.MALE), ClinicalRecord(age_years=70, sex=Sex.FEMALE))
    assert "states 45 years where 70 years were entered and male where female was entered." in str(sentence)


@pytest.mark.parametrize(("age", "written"), [(10 / 365.25, "10 days"), (1.5, "18 months"), (3, "3 years"), (17.9, "17.9 years")])
def test_a_minor_by_the_header_is_named(age: float, written: str) -> None:
    assert f"states an age of {written}," in str(minor_sentence(StatedPatient(age)))


@pytest.mark.parametrize("age", [None, 0, 18, 70])
def test_adults_unknown_ages_and_the_placeholder_0_are_no_minors(age: float | None) -> None:
    assert minor_sentence(StatedPatient(age)) is None


@pytest.mark.parametrize(("age", "sex"), [(-1, None), (121, None), (math.nan, None), (70, "F?")])
def test_an_impossible_age_or_sex_is_no_statement(age: float, sex: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        StatedPatient(age, sex)  # type: ignore[arg-type]
