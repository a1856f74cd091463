"""Columns of a cohort's own table that a model reads beside the usual fields."""

import numpy as np
import pandas as pd
import pytest

from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.measures import LEAST_KNOWN, MOST, for_model, measures_of, with_numbers
from adcore.errors import ClinicalRecordError, CohortError
from adcore.model.card_schema import MeasureCard
from adcore.networks.clinical_mlp import encode
from adcore.predict import Predictor
from tests.support.untrained import synthetic_cohort, untrained_card, untrained_network

PTAU = MeasureCard(name="ptau", known=30, low=0.1, high=2.0, centre=0.8, spread=0.4)


def test_cells_become_numbers_and_words_and_codes_for_missing_become_unknown() -> None:
    table = pd.DataFrame({"ptau": ["0,5", " 1.25", "n/a", "-4", None], "shift": ["-4", "2", "-1.5", "", "0"]})
    read = with_numbers(table, ["ptau", "shift"])
    assert read["ptau"].tolist() == pytest.approx([0.5, 1.25, np.nan, np.nan, np.nan], nan_ok=True)
    assert read["shift"].tolist() == pytest.approx([-4, 2, -1.5, np.nan, 0], nan_ok=True)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone", r"There is no column gone in the cohort.*--keep gone"),
        ("CDR_sum", "CDR_sum can't be a measure"),
        ("mmse", "mmse can't be a measure"),
        ("word", "word takes numbers, got 'high'"),
    ],
)
def test_what_is_no_measure_is_refused_in_a_sentence(name: str, sentence: str) -> None:
    table = pd.DataFrame({"word": ["high", "1"], "CDR_sum": ["0", "1"], "mmse": [29, 30]})
    with pytest.raises(CohortError, match=sentence):
        with_numbers(table, [name])


def test_no_model_reads_the_label_or_too_many_measures() -> None:
    cohort = synthetic_cohort()
    with pytest.raises(CohortError, match="cdr is the label"):
        cohort.with_measures(["cdr"])
    with pytest.raises(CohortError, match=f"Expected {MOST} measures at most"):
        with_numbers(cohort.table, [f"m{number}" for number in range(MOST + 1)])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([1.0, 2.0] * (LEAST_KNOWN // 2 - 1), f"{LEAST_KNOWN - 2} labelled participants have it"),
        ([3.0] * LEAST_KNOWN, "the same for"),
    ],
)
def test_a_measure_that_teaches_nothing_is_refused(values: list[float], why: str) -> None:
    with pytest.raises(CohortError, match=why):
        measures_of(pd.DataFrame({"ptau": [*values, np.nan]}), ["ptau"])


def test_a_card_tells_who_has_a_measure_and_its_range() -> None:
    values = [float(number) for number in range(LEAST_KNOWN)]
    (card,) = measures_of(pd.DataFrame({"ptau": [*values, np.nan]}), ["ptau"])
    assert (card.known, card.low, card.high) == (LEAST_KNOWN, 0, LEAST_KNOWN - 1)
    assert np.mean([card.coded(value) for value in values]) == pytest.approx(0)
    assert np.std([card.coded(value) for value in values]) == pytest.approx(1)


def test_a_value_beyond_the_training_is_unknown_and_told() -> None:
    table, told = for_model(pd.DataFrame({"ptau": ["0.5", "3", "0.01", ""]}), [PTAU])
    assert table["ptau"].tolist() == pytest.approx([0.5, np.nan, np.nan, np.nan], nan_ok=True)
    assert told == ("ptau: 2 values lie beyond those that the model was trained on (0.1 to 2) and are taken as unknown.",)


def test_a_measure_is_coded_after_the_usual_fields_and_unknown_where_it_is_missing() -> None:
    values, known = encode([ClinicalRecord.of(measures={"ptau": 1.2}), ClinicalRecord()], [PTAU])
    assert values[:, -1].tolist() == pytest.approx([1.0, 0.0])
    assert known[:, -1].tolist() == [1, 0]
    assert encode([ClinicalRecord.of(measures={"ptau": 1.2})])[0].shape == (1, 5)


@pytest.mark.parametrize(
    ("measures", "sentence"),
    [({"ptau": 3.0}, "ptau takes a number from 0.1 to 2, got 3"), ({"csf": 1.0}, "does not read a measure 'csf'. It reads ptau")],
)
def test_a_model_refuses_a_measure_that_it_was_not_trained_with(measures: dict[str, float], sentence: str) -> None:
    network = untrained_network()
    network.read_measures([PTAU])
    predictor = Predictor(untrained_card().model_copy(update={"measures": (PTAU,)}), network.eval())
    assert predictor.predict(None, ClinicalRecord.of(measures={"ptau": 1.0})).fused.probability > 0
    with pytest.raises(ClinicalRecordError, match=sentence):
        predictor.predict(None, ClinicalRecord.of(age_years=70, measures=measures))


def test_the_shipped_kind_of_model_reads_no_measure() -> None:
    predictor = Predictor(untrained_card(), untrained_network())
    with pytest.raises(ClinicalRecordError, match="It reads none: leave it out"):
        predictor.predict(None, ClinicalRecord.of(age_years=70, measures={"ptau": 1.0}))


@pytest.mark.parametrize("values", [{"ptau": "high"}, {"ptau": float("nan")}, {"ptau": True}, [1.0], 5])
def test_a_measure_is_a_finite_number_by_its_name(values: object) -> None:
    with pytest.raises(ClinicalRecordError, match="own measures are numbers by their names"):
        ClinicalRecord.of(measures=values)
