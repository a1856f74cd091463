from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.evaluation.cohort.predictions import (
    FINGERPRINT,
    NO_ANSWER,
    participants_of_sessions,
    predict_cohort,
    visits_of_sessions,
)
from adcore.model.card import TrainingDistanceCard
from adcore.model.stored_predictions import StoredPredictions
from adcore.networks.training_distance import fit_training_distance
from adcore.predict import Predictor
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_card, untrained_network

NOBODY = StoredPredictions(pd.DataFrame({"subject": [], "fold": [], "label": []}), None, None)


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(TINY_SLICES), untrained_network())


@pytest.fixture
def cohort() -> Cohort:
    """Two labelled participants, the first with a second visit; one without CDR; one too young for a label."""
    four = synthetic_cohort(labelled=3, others=1)
    table = four.table.astype({"sex": object})
    table.loc[2, "cdr"] = np.nan
    table.loc[3, ["age_years", "cdr"]] = [40.0, 0.0]
    visit = table.iloc[[0]].assign(session="S000_2", cdr=0.5)
    return Cohort(pd.concat([table, visit], ignore_index=True), four.slices[[0, 1, 2, 3, 0]], four.t88_slices)


def test_every_participant_gets_a_row_and_only_the_labelled_a_label(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    sessions = predict_cohort(cohort, predictor, tmp_path / "sessions.csv")
    participants = participants_of_sessions(sessions, cohort, NOBODY)
    assert list(participants["subject"]) == ["S000", "S001", "S002", "S003"]
    np.testing.assert_array_equal(participants["label"].to_numpy(float), [0, 1, np.nan, np.nan])
    assert participants["probability"].between(0, 1).all()
    assert (participants["low"] <= participants["probability"]).all()
    assert (participants["probability"] <= participants["high"]).all()
    visits = visits_of_sessions(sessions)
    assert list(visits["session"]) == ["S000_1", "S000_2"]
    np.testing.assert_array_equal(visits["label"].to_numpy(float), [0, 1])


def test_the_scans_quality_goes_along_where_it_was_measured(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    measured = cohort.table.assign(smoothness_mm=None, noise_percent="2.5").astype({"smoothness_mm": object})
    measured.loc[0, "smoothness_mm"] = "6.25"
    table = predict_cohort(replace(cohort, table=measured), predictor, tmp_path / "sessions.csv")
    assert table["smoothness_mm"][0] == 6.25
    assert table["smoothness_mm"][1:].isna().all()
    assert (table["noise_percent"] == 2.5).all()


def test_what_is_unknown_of_someone_leaves_its_probability_empty(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    cohort.table.loc[0, "mmse"] = np.nan
    cohort.table.loc[1, ["age_years", "sex", "education_years", "ses", "mmse"]] = [np.nan, None, np.nan, np.nan, np.nan]
    rows = predict_cohort(cohort, predictor, tmp_path / "sessions.csv")
    assert list(rows["inputs"][:3]) == ["no_mmse", "images", "all"]
    assert rows["p_all_fused"].isna().tolist()[:3] == [True, True, False]
    assert rows["p_no_mmse_fused"].isna().tolist()[:3] == [False, True, False]
    assert rows["p_images_fused"].notna().all()
    assert rows.loc[0, "probability"] == pytest.approx(rows.loc[0, "p_no_mmse_fused"])
    assert "The age is unknown" in rows.loc[1, "reasons"]


def test_a_stopped_run_goes_on_and_ends_as_a_whole_one(
    predictor: Predictor, cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predict_cohort(cohort, predictor, tmp_path / "whole.csv")
    path = tmp_path / "sessions.csv"
    predict_cohort(cohort.rows(np.array([3, 1])), predictor, path)
    classified = []
    original = Predictor.check_training_distance
    monkeypatch.setattr(
        Predictor, "check_training_distance", lambda self, reading: classified.append(1) or original(self, reading)
    )
    resumed = predict_cohort(cohort, predictor, path)
    assert len(classified) == 3
    pd.testing.assert_frame_equal(resumed, whole)


def test_identifiers_of_digits_keep_their_zeros(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    cohort.table["person"] = [f"00{row}" for row in (1, 2, 3, 4, 1)]
    for _ in range(2):
        assert predict_cohort(cohort, predictor, tmp_path / "sessions.csv")["subject"][0] == "001"


@pytest.mark.slow
def test_what_another_model_or_other_slices_left_is_predicted_again(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    path = tmp_path / "sessions.csv"
    first = predict_cohort(cohort, predictor, path)
    brighter = replace(cohort, slices=cohort.slices * np.float32(0.5))
    second = predict_cohort(brighter, predictor, path)
    assert not set(first[FINGERPRINT]) & set(second[FINGERPRINT])
    assert len(pd.read_csv(path)) == len(cohort)
    card = predictor.card
    shifted = {name: replace(one, intercept=1.0) for name, one in card.calibrations.items()}
    third = predict_cohort(cohort, Predictor(card.model_copy(update={"calibrations": shifted}), predictor.network), path)
    assert (third["probability"] > first["probability"]).all()


def test_participants_whom_the_weights_know_are_marked(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    folds = pd.DataFrame({"subject": ["S001"], "fold": [0], "label": [1]})
    participants = participants_of_sessions(
        predict_cohort(cohort, predictor, tmp_path / "sessions.csv"), cohort, StoredPredictions(folds, None, frozenset(["S003"]))
    )
    assert list(participants["seen_in_training"]) == ["no", "yes", "no", "pretraining only"]


def test_participants_whom_the_weights_know_by_another_name_are_marked_by_any_of_their_visits(
    predictor: Predictor, cohort: Cohort, tmp_path: Path
) -> None:
    folds = pd.DataFrame({"subject": ["OTHER_0007"], "fold": [0], "label": [1]})
    sessions = predict_cohort(cohort, predictor, tmp_path / "sessions.csv")
    links = [("S000_2", "OTHER_0007_MR1"), ("S001_1", "OTHER_0008_MR1")]
    participants = participants_of_sessions(sessions, cohort, StoredPredictions(folds, None, None), links)
    assert list(participants["seen_in_training"]) == ["yes", "no", "no", "no"]


def test_participants_whom_the_weights_know_through_a_chain_of_names_are_marked(
    predictor: Predictor, cohort: Cohort, tmp_path: Path
) -> None:
    folds = pd.DataFrame({"subject": ["THIRD_0001"], "fold": [0], "label": [1]})
    sessions = predict_cohort(cohort, predictor, tmp_path / "sessions.csv")
    links = [("S001_1", "OTHER_0008_MR1"), ("OTHER_0008_MR2", "THIRD_0001_MR1")]
    participants = participants_of_sessions(sessions, cohort, StoredPredictions(folds, None, None), links)
    assert list(participants["seen_in_training"]) == ["no", "yes", "no", "no"]


def test_a_scan_unlike_those_trained_on_gets_no_answer(predictor: Predictor, cohort: Cohort, tmp_path: Path) -> None:
    features = np.random.default_rng(0).normal(size=(12, 512 + 2048)).astype(np.float32) * 1e-4
    limits = TrainingDistanceCard(sha256="0" * 64, participants=12, usual=1.0, limit=3.0, origin="tests")
    strict = Predictor(
        predictor.card.model_copy(update={"training_distance": limits}),
        predictor.network,
        fit_training_distance(features, (512, 2048)),
    )
    row = predict_cohort(cohort, strict, tmp_path / "sessions.csv").iloc[0]
    assert row["category"] == NO_ANSWER
    assert "distance" in row["reasons"]
    assert row["training_distance"] > 3


def test_an_impossible_entry_in_the_table_costs_the_fields_not_the_run(
    predictor: Predictor, cohort: Cohort, tmp_path: Path
) -> None:
    cohort.table.loc[1, "mmse"] = 99.0
    rows = predict_cohort(cohort, predictor, tmp_path / "sessions.csv")
    assert rows.loc[1, "inputs"] == "images"
    assert "MMSE takes" in rows.loc[1, "reasons"]
    assert rows.loc[0, "inputs"] == "all"
