import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.answer.abstention import notes_beside
from adcore.answer.prediction import DISAGREEMENT, Branch
from adcore.case.reason import NoteCode
from adcore.cohorts.browse import open_cohort
from adcore.errors import CohortError, ModelError
from adcore.evaluation.cases.case_tables import read_folds, read_predictions
from adcore.evaluation.cases.cases import DISAGREE, UNDECIDED, Cases
from adcore.evaluation.cases.classified import CaseFilter, Kind, Outcome, classify
from adcore.model.calibration import fit_calibration
from adcore.model.card import ModelCard
from adcore.model.seal import reseal_tables
from adcore.model.stored_predictions import StoredPredictions
from adcore.statistics.cross_validation import LOGIT
from tests.support.model_folder import CERTAIN_MISS, PARTICIPANTS, SLICES, write_model_folder, write_oasis1
from tests.support.untrained import untrained_card

PREDICTIONS = """subject,session,label,cdr,age_years,sex,seen_in_training,category,reasons,p_images_fused,p_all_fused,p_all_vgg16
A,A_1,1,0.5,70,F,no,inconclusive,Both remain possible.,0.6,0.45,0.9
B,B_1,0,0,81,M,yes,likely unimpaired,,0.2,0.1,0.2
C,C_1,,,55,,no,likely impaired,,0.7,,
"""


@pytest.fixture
def cases(tmp_path: Path) -> Cases:
    folder = write_model_folder(tmp_path / "model")
    return read_folds(folder, ModelCard.read(folder))


def test_a_certain_miss_is_wrong_and_confidently_so(cases: Cases) -> None:
    row = classify(cases, "all", "fused", 0.5).table.set_index("subject").loc[CERTAIN_MISS]
    assert row["outcome"] == Outcome.FALSE_NEGATIVE
    assert row[Kind.WRONG.value]
    assert row[Kind.CONFIDENTLY_WRONG.value]


def test_the_threshold_itself_counts_as_impaired(cases: Cases) -> None:
    chance = float(cases.table["p_all_fused"].iloc[0])
    assert classify(cases, "all", "fused", chance).table["outcome"].iloc[0] == Outcome.FALSE_POSITIVE
    assert classify(cases, "all", "fused", chance + 1e-9).table["outcome"].iloc[0] == Outcome.CORRECT


def test_branches_disagree_only_across_the_threshold_and_far_enough_apart(cases: Cases) -> None:
    table = classify(cases, "all", "fused", 0.5).table
    branches = cases.table[[f"p_all_{branch}" for branch in ("vgg16", "resnet50", "clinical")]]
    low, high = branches.min(axis=1), branches.max(axis=1)
    across = (low < 0.5) & (high >= 0.5) & (high - low >= DISAGREEMENT)
    found = table[Kind.DISAGREEING.value]
    assert 0 < found.sum() < PARTICIPANTS
    assert (across | ~found).all()  # intervals make the condition narrower, never wider
    without = replace(cases, table=cases.table.drop(columns=f"{DISAGREE}all"))
    assert (classify(without, "all", "fused", 0.5).table[Kind.DISAGREEING.value] == across).all()


def test_branches_of_the_page_disagree_where_those_of_the_answer_do(cases: Cases, tmp_path: Path) -> None:
    folds = StoredPredictions.read(tmp_path / "model").folds
    row = int(np.flatnonzero(cases.table[f"{DISAGREE}all"])[0])
    others = folds[folds["fold"] != folds["fold"][row]]
    branches = {
        branch: fit_calibration(others[name].to_numpy(), others["label"].to_numpy() == 1).estimate(folds[name][row])
        for branch in Branch
        if (name := f"{LOGIT}all_{branch}") in folds
    }
    assert [note.code for note in notes_beside(branches, untrained_card().threshold)] == [NoteCode.BRANCHES_DISAGREE]


def test_filters_hold_together_and_an_empty_one_keeps_all(cases: Cases, tmp_path: Path) -> None:
    known = cases.with_participants(open_cohort(write_oasis1(tmp_path / "data"), SLICES).first_sessions())
    classified = classify(known, "images", "vgg16", 0.5)
    assert len(classified.kept(CaseFilter()).table) == PARTICIPANTS
    wanted = CaseFilter(frozenset({Kind.WRONG}), cdr=frozenset({0.5}), sexes=frozenset({"F"}), ages=(60, 75))
    kept = classified.kept(wanted).table
    assert 0 < len(kept) < (classified.table["outcome"] != Outcome.CORRECT).sum()
    assert (kept["outcome"] == Outcome.FALSE_NEGATIVE).all()
    assert (kept["cdr"] == 0.5).all()
    assert (kept["sex"] == "F").all()
    assert kept["age_years"].between(60, 75).all()


def test_out_of_fold_participants_are_undecided_by_conformal_limits_where_the_card_has_some(tmp_path: Path) -> None:
    folders = [write_model_folder(tmp_path / name, full=full) for name, full in (("old", False), ("new", True))]
    old, new = (read_folds(folder, ModelCard.read(folder)) for folder in folders)
    assert "interval" in old.undecided
    assert "conformal" in new.undecided
    coverage = ModelCard.read(folders[1]).coverage["all"]
    assert new.table[f"{UNDECIDED}all"].mean() == pytest.approx(1 - coverage.decided.value, abs=1e-4)


def test_a_persons_chances_are_those_of_the_table(cases: Cases) -> None:
    chances = cases.chances_of(CERTAIN_MISS)
    row = cases.table.set_index("subject").loc[CERTAIN_MISS]
    assert chances.loc["fused", "all"] == row["p_all_fused"]
    assert chances.loc["clinical", "no_mmse"] == row["p_no_mmse_clinical"]
    assert np.isnan(chances.loc["clinical", "images"])


def test_a_folder_without_predictions_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path)
    card = ModelCard.read(folder)
    pd.read_csv(folder / "folds.csv")[["subject", "fold", "label"]].to_csv(folder / "folds.csv", index=False)
    with pytest.raises(ModelError, match=r"folds\.csv was changed"):
        read_folds(folder, card)
    reseal_tables(folder)
    with pytest.raises(ModelError, match="no probability"):
        read_folds(folder, card)
    (folder / "folds.csv").unlink()
    with pytest.raises(ModelError, match="Restore"):
        read_folds(folder, card)


def test_predictions_of_a_cohort_keep_the_unlabelled_and_what_the_program_answered() -> None:
    cases = read_predictions(io.BytesIO(PREDICTIONS.encode()))
    table = classify(cases, "all", "fused", 0.5).table.set_index("subject")
    assert list(table["outcome"]) == [Outcome.FALSE_NEGATIVE, Outcome.CORRECT, Outcome.UNKNOWN]
    assert list(table[Kind.INCONCLUSIVE.value]) == [True, False, False]
    assert cases.inputs() == ["all", "images"]
    assert cases.branches("all") == ["fused", "vgg16"]
    labels, chances = classify(cases, "all", "fused", 0.5).labelled()
    assert labels.tolist() == [True, False]
    assert chances.tolist() == [0.45, 0.1]


def test_participants_seen_in_training_are_counted_by_mark_and_by_name() -> None:
    cases = read_predictions(io.BytesIO(PREDICTIONS.encode()))
    assert cases.trained_on(()) == 1
    assert cases.trained_on({"A", "B"}) == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("subject,", "name,"), "lacks subject"),
        (("p_", "q_"), "p_<inputs>_<branch>"),
        (("B,B_1", "A,B_1"), "twice"),
        (("0.45", "1.45"), "between 0 and 1"),
        (("A_1,1,", "A_1,2,"), "labels 0 or 1"),
        (("70,F", "old,F"), "numbers"),
        ((PREDICTIONS, "\x00"), "adcore evaluate"),
    ],
)
def test_another_table_is_refused_in_a_sentence(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(CohortError, match=sentence):
        read_predictions(io.BytesIO(PREDICTIONS.replace(*change).encode()))
