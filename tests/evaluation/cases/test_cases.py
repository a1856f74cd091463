import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.answer.abstention import notes_beside
from adcore.answer.prediction import DISAGREEMENT, Branch, Category, agreement
from adcore.case.reason import NoteCode
from adcore.cohorts.browse import open_cohort
from adcore.errors import CohortError, ModelError
from adcore.evaluation.cases.age_bands import STARTS
from adcore.evaluation.cases.case_tables import read_folds, read_predictions
from adcore.evaluation.cases.cases import DISAGREE, WORD, Cases
from adcore.evaluation.cases.classified import MISS, CaseFilter, Kind, Outcome, classify
from adcore.model.calibration import Estimate, fit_calibration
from adcore.model.card import ModelCard
from adcore.model.seal import reseal_tables
from adcore.model.shipped import DEFAULT_MODEL, SHIPPED_MODELS
from adcore.model.stored_predictions import StoredPredictions
from adcore.statistics.cross_validation import LOGIT
from adcore.training.release.participants import add_participants
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


def test_confidently_wrong_is_a_wrong_answer_in_words_whatever_branch_and_threshold_are_looked_at(cases: Cases) -> None:
    for branch, threshold in (("fused", 0.5), ("fused", 0.9), ("vgg16", 0.5)):
        table = classify(cases, "all", branch, threshold).table
        said, label = table[f"{WORD}all"], table["label"]
        against = ((said == Category.IMPAIRED) & (label == 0)) | ((said == Category.UNIMPAIRED) & (label == 1))
        assert 0 < against.sum() < PARTICIPANTS / 2
        assert (table[Kind.CONFIDENTLY_WRONG.value] == against).all()


def test_those_misclassified_come_first_the_furthest_off_at_the_top(cases: Cases) -> None:
    table = classify(cases, "all", "fused", 0.5).worst_first().table
    wrong = table[Kind.WRONG.value].to_numpy()
    assert table["subject"].iloc[0] == CERTAIN_MISS
    assert wrong[: wrong.sum()].all()
    assert (np.diff(table[MISS][wrong]) <= 0).all()


def test_one_cell_of_the_matrix_a_range_of_probabilities_and_a_group_are_filters(cases: Cases) -> None:
    classified = classify(cases, "all", "fused", 0.5)
    missed = classified.kept(CaseFilter(cells=frozenset({(1, 0)}))).table
    assert set(missed["outcome"]) == {Outcome.FALSE_NEGATIVE}
    unsure = classified.kept(CaseFilter(chances=(0.4, 0.6))).table
    assert 0 < len(unsure) < PARTICIPANTS
    assert unsure["chance"].between(0.4, 0.6).all()
    assert list(classified.kept(CaseFilter(among=frozenset({CERTAIN_MISS}))).table["subject"]) == [CERTAIN_MISS]
    assert classified.kept(CaseFilter(among=frozenset())).table.empty


def test_many_cases_at_once_disagree_as_each_alone_does() -> None:
    generator = np.random.default_rng(3)
    chances = pd.DataFrame(generator.uniform(size=(60, 4)), columns=[f"p_all_{name}" for name in ("fused", *list(Branch)[:3])])
    chances = chances.mask(generator.uniform(size=chances.shape) < 0.2).assign(subject=[str(row) for row in range(60)], label=1.0)
    chances["p_all_fused"] = 0.5
    cases = read_predictions(io.BytesIO(chances.to_csv(index=False).encode()))
    found = classify(cases, "all", "fused", 0.5).table[Kind.DISAGREEING.value]
    for row, together in zip(chances.itertuples(), found, strict=True):
        alone = {branch: getattr(row, f"p_all_{branch}", np.nan) for branch in Branch}
        between = agreement({branch: None if np.isnan(p) else Estimate(p, p, p) for branch, p in alone.items()}, 0.5)
        assert together == (between is not None and between.disagree)
    assert 0 < found.sum() < 60


def test_a_models_folder_may_tell_age_band_sex_and_cdr_and_refuses_another_cohort(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "model")
    cohort = open_cohort(write_oasis1(tmp_path / "data"), SLICES)
    assert add_participants(folder, cohort) == PARTICIPANTS
    table = read_folds(folder, ModelCard.read(folder)).table
    known = cohort.first_sessions()
    assert (table["cdr"] == known["cdr"]).all()
    assert table["age_years"].isna().all()
    assert set(table["age_band"]) == {"60 to 69", "70 to 79", "80 to 89"}
    kept = classify(read_folds(folder, ModelCard.read(folder)), "all", "fused", 0.5).kept(
        CaseFilter(bands=frozenset({"60 to 69"}))
    )
    assert sorted(kept.table["subject"]) == sorted(known["person"][known["age_years"] < 70])
    few = replace(cohort, table=cohort.table[:5])
    with pytest.raises(CohortError, match="not in this data folder"):
        add_participants(folder, few)


def test_the_shipped_participants_carry_no_exact_age() -> None:
    stored = StoredPredictions.read(SHIPPED_MODELS / DEFAULT_MODEL)
    assert stored.participants is not None
    assert list(stored.participants.columns) == ["subject", "age_band", "sex", "cdr"]
    assert list(stored.participants["subject"]) == list(stored.folds["subject"])
    assert ((stored.participants["cdr"] > 0) == (stored.folds["label"] == 1)).all()
    assert set(stored.participants["age_band"]) <= set(STARTS)


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
    assert (new.table[f"{WORD}all"] == Category.INCONCLUSIVE).mean() == pytest.approx(1 - coverage.decided.value, abs=1e-4)


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


@pytest.mark.parametrize(
    ("change", "truth"),
    [
        (("label,cdr", "label,cdr"), "CDR above 0: impaired"),
        (("1,0.5,70", "1,,70"), "CDR above 0: impaired"),
        (("label,cdr", "label,label_is"), "0.5: impaired"),
        (("label,cdr", "label,other"), "label: impaired"),
    ],
)
def test_a_chart_names_the_label_that_the_table_says(change: tuple[str, str], truth: str) -> None:
    assert read_predictions(io.BytesIO(PREDICTIONS.replace(*change).encode())).truth == truth


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
