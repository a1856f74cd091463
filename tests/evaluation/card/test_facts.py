from pathlib import Path

import pandas as pd
import pytest

from adcore.evaluation.card.facts import (
    baselines_beside,
    decided_answers,
    fold_counts,
    predictive_values,
    sides_agree,
    values_at_prevalence,
)
from adcore.evaluation.cases.classified import Classified, Kind
from adcore.model.card import ModelCard
from adcore.statistics.intervals import Interval
from tests.support.model_folder import FOLDS, PARTICIPANTS, folds_table, write_model_folder

SURE, HALF = Interval(0.9, 0.85, 0.95), Interval(0.8, 0.7, 0.9)


def test_predictive_values_are_shares_of_those_called_so() -> None:
    values = predictive_values({"true_positive": 30, "false_positive": 10, "true_negative": 18, "false_negative": 2})
    assert values.positive is not None
    assert values.negative is not None
    assert values.positive.value == pytest.approx(0.75)
    assert values.negative.value == pytest.approx(0.9)
    assert values.positive.low < 0.75 < values.positive.high


def test_without_positive_answers_there_is_no_positive_predictive_value() -> None:
    values = predictive_values({"true_positive": 0, "false_positive": 0, "true_negative": 18, "false_negative": 2})
    assert values.positive is None


def test_predictive_values_follow_bayes_and_the_prevalence() -> None:
    rare, even = (values_at_prevalence(SURE, HALF, share) for share in (0.1, 0.5))
    assert even.positive is not None
    assert rare.positive is not None
    assert rare.negative is not None
    assert even.positive.value == pytest.approx(0.9 * 0.5 / (0.9 * 0.5 + 0.2 * 0.5))
    assert rare.positive.value == pytest.approx(0.09 / (0.09 + 0.18))
    assert rare.negative.value > 0.98
    assert rare.positive.low < rare.positive.value < rare.positive.high


def test_every_fold_counts_its_participants() -> None:
    counts = fold_counts(folds_table())
    assert len(counts) == FOLDS
    assert int(counts.to_numpy().sum()) == PARTICIPANTS
    assert (counts["impaired"] == PARTICIPANTS // FOLDS // 2).all()


def test_a_person_moved_to_another_fold_no_longer_fits_the_cards_hashes(tmp_path: Path) -> None:
    card, folds = ModelCard.read(write_model_folder(tmp_path)), folds_table()
    assert sides_agree(card, folds)
    moved = folds.assign(fold=folds["fold"].where(folds.index != 3, 0))
    assert not sides_agree(card, moved)
    assert not sides_agree(card, pd.concat([folds, folds[:1]]))
    assert not sides_agree(card.model_copy(update={"splits": []}), folds)


def test_simple_models_stand_beside_what_knows_about_as_much(tmp_path: Path) -> None:
    card = ModelCard.read(write_model_folder(tmp_path))
    beside = {inputs: baselines_beside(card, inputs) for inputs in ("images", "no_mmse", "all")}
    assert beside == {
        "images": ["age, sex, nWBV, eTIV"],
        "no_mmse": ["age, sex"],
        "all": ["age, sex, education, SES, MMSE"],
    }


def classified(rows: list[tuple[float, float, bool]]) -> Classified:
    """Participants by label, probability, and whether the answer is inconclusive."""
    return Classified(pd.DataFrame(rows, columns=["label", "chance", Kind.INCONCLUSIVE.value]), 0.5, "all")


def test_only_verbal_answers_count_and_inconclusive_participants_are_called_nothing() -> None:
    rows = (
        [(1.0, 0.9, False)] * 6 + [(1.0, 0.6, True)] * 3 + [(1.0, 0.1, False)] + [(0.0, 0.1, False)] * 8 + [(0.0, 0.8, False)] * 2
    )
    found = decided_answers(classified(rows))
    assert found is not None
    assert (found.participants, found.decided) == (20, 17)
    even = found.at_prevalence(0.5)
    assert even.positive is not None
    assert even.negative is not None
    assert even.positive.value == pytest.approx(6 / 8)
    assert even.negative.value == pytest.approx(8 / 9)
    rare = found.at_prevalence(0.1)
    assert rare.positive is not None
    assert rare.positive.value == pytest.approx(0.06 / (0.06 + 0.18))


def test_where_a_class_is_missing_nothing_is_said_of_verbal_answers() -> None:
    assert decided_answers(classified([(1.0, 0.9, False)] * 3)) is None
