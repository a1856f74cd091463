import numpy as np
import pandas as pd
import pytest

from adcore.evaluation.card.words_at_prevalence import PREVALENCES, weighted_limits, words_at_prevalence
from adcore.model.card_schema import WordsAtPrevalence
from tests.support.scored import scored_folds


@pytest.fixture(scope="module")
def found() -> dict[str, list[WordsAtPrevalence]]:
    labels = np.arange(300) % 2
    folds: pd.DataFrame = scored_folds([f"S{number:03d}" for number in range(300)], labels, seed=5)
    return words_at_prevalence(folds, 0.5, seed=0)


def test_the_scan_alone_has_no_row_since_it_gets_no_word(found: dict[str, list[WordsAtPrevalence]]) -> None:
    assert list(found) == ["all"]
    assert [row.prevalence for row in found["all"]] == list(PREVALENCES)


def test_limits_for_each_class_keep_their_coverage_at_any_prevalence(found: dict[str, list[WordsAtPrevalence]]) -> None:
    assert all(row.coverage.value == pytest.approx(0.9, abs=0.04) for row in found["all"])


def test_where_fewer_are_impaired_a_word_for_impairment_is_right_less_often(found: dict[str, list[WordsAtPrevalence]]) -> None:
    impaired, unimpaired = ([getattr(row, name).value for row in found["all"]] for name in ("impaired_right", "unimpaired_right"))
    assert impaired == sorted(impaired)
    assert unimpaired == sorted(unimpaired, reverse=True)
    assert impaired[0] < 0.6 < impaired[-1]


def test_weighted_limits_keep_everyones_coverage_and_lose_the_few_impaired(found: dict[str, list[WordsAtPrevalence]]) -> None:
    rows = found["all"]
    assert all(row.weighted_coverage.value == pytest.approx(0.9, abs=0.04) for row in rows)
    assert rows[0].weighted_coverage_impaired.value < 0.6 < rows[-1].weighted_coverage_impaired.value


def test_at_the_prevalence_of_the_calibration_the_weights_change_nothing() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(200) % 2 == 1
    chances = 1 / (1 + np.exp(-(3 * (labels - 0.5) + generator.normal(0, 1, 200))))
    least, most = weighted_limits(labels, chances, 0.5)
    surprise = np.sort(np.where(labels, 1 - chances, chances))
    limit = surprise[int(np.ceil(201 * 0.9)) - 1]  # the unweighted split-conformal rank
    assert (1 - least, most) == (pytest.approx(limit), pytest.approx(limit))
