"""What a clinical record takes, refuses and leaves unknown."""

import numpy as np
import pytest
from pydantic import ValidationError

from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord, Sex
from adcore.errors import ClinicalRecordError

FULL = {"age_years": 74, "sex": "F", "education_years": 12.5, "ses": 2, "mmse": 26}
NUMBERS = [spec for spec in (*FIELDS, *RECORDED_FIELDS) if spec.low is not None and spec.high is not None]


def test_a_full_record_knows_everything():
    record = ClinicalRecord.of(**FULL)
    assert (record.age_years, record.sex, record.education_years, record.ses, record.mmse) == (74, Sex.FEMALE, 12.5, 2, 26)
    assert record.unknown == ()


def test_an_empty_record_knows_nothing():
    assert ClinicalRecord.of().unknown == tuple(spec.name for spec in FIELDS)


def test_forms_ask_for_exactly_the_fields_of_a_record_its_measures_and_its_confirmation():
    asked = [spec.name for spec in (*FIELDS, *RECORDED_FIELDS)]
    assert [*asked, "mmse_band", "header_confirmed", "measures"] == list(ClinicalRecord.model_fields)


@pytest.mark.parametrize("value", ["yes", 1, 0, "true", None])
def test_a_confirmation_that_is_neither_true_nor_false_is_refused(value):
    with pytest.raises(ClinicalRecordError, match="confirmation of age and sex is either true or false"):
        ClinicalRecord.of(age_years=70, header_confirmed=value)


def test_biomarkers_alone_are_nothing_that_the_networks_could_read():
    record = ClinicalRecord.of(apoe_e4=2, p_tau217="Positive ", amyloid="negative", fazekas=1)
    assert record.recorded == RECORDED_FIELDS
    assert record.unknown == tuple(spec.name for spec in FIELDS)
    assert not record.any_known
    assert ClinicalRecord.of(ses=3).any_known


@pytest.mark.parametrize("recorded", [{"apoe_e4": 1}, {"p_tau217": "positive"}, {"amyloid": "negative"}, {"fazekas": 0}])
def test_records_that_differ_in_a_biomarker_alone_read_the_same_but_are_not_the_same(recorded):
    without, carrier = ClinicalRecord.of(**FULL), ClinicalRecord.of(**FULL, **recorded)
    assert without != carrier
    assert without.as_read == carrier.as_read
    assert carrier.as_read != ClinicalRecord.of(**{**FULL, "mmse": 25}, **recorded).as_read


@pytest.mark.parametrize("name", ["p_tau217", "amyloid"])
@pytest.mark.parametrize("value", [0.42, "0.42", "", "abnormal", True])
def test_a_biomarker_is_a_reported_result_and_no_assays_number(name, value):
    with pytest.raises(ClinicalRecordError, match="takes negative or intermediate or positive"):
        ClinicalRecord.of(**{name: value})


def test_a_field_alone_is_checked_as_in_a_whole_record():
    assert ClinicalRecord.refusal("mmse", 26) is None
    assert ClinicalRecord.refusal("mmse", None) is None
    assert "MMSE takes a whole number from 0 to 30" in (ClinicalRecord.refusal("mmse", 31) or "")


@pytest.mark.parametrize(
    "name",
    [
        *("cdr", "CDR", "Cdr", "cDr", " cdr ", "CDR_global", "cdr_sb", "CDR-SOB", "cdrsb", "global_cdr", "c.d.r.", "C D R"),
        *("clinical_dementia_rating", "Clinical Dementia Rating (CDR)"),
    ],
)
def test_cdr_cannot_enter_in_any_spelling(name):
    with pytest.raises(ClinicalRecordError, match="CDR is what the model predicts"):
        ClinicalRecord.of(**FULL, **{name: 0})


def test_cdr_cannot_enter_through_the_constructor():
    with pytest.raises(ValidationError):
        ClinicalRecord(cdr=0)
    with pytest.raises(ValidationError):
        ClinicalRecord.model_validate_json('{"CDR": 0.5}')


def test_an_unknown_field_is_named_in_the_refusal():
    with pytest.raises(ClinicalRecordError, match=r"no clinical field 'iq'.*age_years, sex, education_years, ses, mmse"):
        ClinicalRecord.of(iq=100)


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
def test_the_ends_of_a_range_are_inside_it(spec):
    for end in (spec.low, spec.high):
        assert getattr(ClinicalRecord.of(**{spec.name: end}), spec.name) == end


@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("beyond", ["low", "high"])
def test_a_value_outside_its_range_is_refused_with_the_range(spec, beyond):
    value = spec.low - 1 if beyond == "low" else spec.high + 1
    with pytest.raises(ClinicalRecordError, match=f"{spec.label} takes .* from {spec.low} to {spec.high}.*got {value}"):
        ClinicalRecord.of(**{spec.name: value})


@pytest.mark.parametrize("value", ["74", "", True, False, float("nan"), float("inf"), 10**400, 74j, [74], object()])
@pytest.mark.parametrize("spec", NUMBERS, ids=lambda spec: spec.name)
def test_what_is_no_number_is_refused_rather_than_converted(spec, value):
    with pytest.raises(ClinicalRecordError, match=spec.label):
        ClinicalRecord.of(**{spec.name: value})


@pytest.mark.parametrize("value", [np.int64(26), np.float32(26), np.float64(26)])
def test_numbers_of_a_cohort_table_are_numbers(value):
    assert ClinicalRecord.of(mmse=value).mmse == 26


@pytest.mark.parametrize("name", ["mmse", "ses", "apoe_e4", "fazekas"])
def test_scores_are_whole(name):
    with pytest.raises(ClinicalRecordError, match="a whole number"):
        ClinicalRecord.of(**{name: 2.5})


@pytest.mark.parametrize(
    ("spelling", "sex"), [("F", Sex.FEMALE), ("f", Sex.FEMALE), ("Female", Sex.FEMALE), ("m", Sex.MALE), (" MALE ", Sex.MALE)]
)
def test_sex_is_understood_as_letter_or_word(spelling, sex):
    assert ClinicalRecord.of(sex=spelling).sex is sex


@pytest.mark.parametrize("value", ["", "x", "woman", 0, 1, True])
def test_no_other_sex_is_guessed_at(value):
    with pytest.raises(ClinicalRecordError, match="Sex takes F or M"):
        ClinicalRecord.of(sex=value)


def test_every_wrong_field_gets_its_sentence():
    with pytest.raises(ClinicalRecordError, match=r"Age takes .*, got 7\. .* MMSE takes .*, got 31\."):
        ClinicalRecord.of(age_years=7, mmse=31)


def test_a_record_survives_json():
    record = ClinicalRecord.of(**FULL)
    assert ClinicalRecord.of(**record.model_dump(mode="json")) == record


def test_a_record_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        ClinicalRecord.of(**FULL).mmse = 30
