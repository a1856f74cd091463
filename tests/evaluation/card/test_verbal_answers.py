import numpy as np
import pandas as pd
import pytest

from adcore.answer.prediction import Category
from adcore.case.reason import AbstentionCode
from adcore.evaluation.card.verbal_answers import answers_out_of_fold, verbal_answers
from adcore.statistics.conformal import coverage_out_of_fold
from tests.support.scored import scored_folds


@pytest.fixture(scope="module")
def folds() -> pd.DataFrame:
    return scored_folds([f"S{number:03d}" for number in range(120)], np.arange(120) % 2, seed=3)


def test_every_participant_is_counted_once_and_the_words_add_up(folds: pd.DataFrame) -> None:
    found = verbal_answers(folds, 0.5)["all"]
    words = found.impaired_right + found.impaired_wrong + found.unimpaired_right + found.unimpaired_wrong
    assert words + sum(found.inconclusive.values()) == found.participants == 120
    assert found.given.value == pytest.approx(words / 120, abs=1e-4)
    assert found.right is not None
    assert found.right.value == pytest.approx((found.impaired_right + found.unimpaired_right) / words, abs=1e-4)


def test_with_fields_the_conformal_limits_alone_decide(folds: pd.DataFrame) -> None:
    coverage = coverage_out_of_fold(folds, 0.5)["all"]
    found = verbal_answers(folds, 0.5)["all"]
    assert 0 < found.given.value < 1
    assert found.given == coverage.decided
    assert found.right == coverage.accuracy_decided


def test_the_scan_alone_never_gets_a_word_since_the_age_is_unknown(folds: pd.DataFrame) -> None:
    answers = answers_out_of_fold(folds, "images", 0.5)
    assert {category for category, _ in answers} == {Category.INCONCLUSIVE}
    assert all(AbstentionCode.AGE_UNKNOWN in [reason.code for reason in reasons] for _, reasons in answers)
    assert verbal_answers(folds, 0.5)["images"].right is None


def test_an_answer_never_hangs_on_the_participants_own_fold(folds: pd.DataFrame) -> None:
    here = folds["fold"] == 0
    turned = folds.assign(label=np.where(here, 1 - folds["label"], folds["label"]))
    before, after = (answers_out_of_fold(table, "all", 0.5) for table in (folds, turned))
    assert [before[row][0] for row in np.flatnonzero(here)] == [after[row][0] for row in np.flatnonzero(here)]
    assert [word for word, _ in before] != [word for word, _ in after]
