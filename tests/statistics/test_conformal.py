import numpy as np
import pandas as pd
import pytest

from adcore.model.card_schema import ConformalLimits, Possible
from adcore.statistics.conformal import conformal_limits, coverage_of, coverage_out_of_fold


def participants(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities that overlap."""
    generator = np.random.default_rng(seed)
    labels = generator.uniform(size=count) < 0.3
    return labels, 1 / (1 + np.exp(-(1.5 * (labels - 0.5) + generator.normal(0, 1, count))))


def test_new_participants_of_each_class_keep_their_true_answer_as_often_as_stated() -> None:
    shares = []
    for seed in range(60):  # the promise is on the average over draws of the participants who set the limits
        limits = conformal_limits(*participants(60, seed))
        coverage = coverage_of(limits, *participants(4000, 1000 + seed), threshold=0.5)
        shares.append((coverage.impaired.value, coverage.unimpaired.value))
    impaired, unimpaired = np.mean(shares, axis=0)
    assert 0.89 < impaired < 0.97  # 90% and at most 1 / (n + 1) more, with about 18 and 42 participants
    assert 0.89 < unimpaired < 0.94


def test_the_limit_is_the_corrected_rank_counted_by_hand() -> None:
    chances = np.arange(1, 20) / 20  # 19 participants: the 18th of them
    limits = conformal_limits(np.repeat([True, False], 19), np.tile(chances, 2))
    assert limits.impaired_from == 2 / 20
    assert limits.unimpaired_to == 18 / 20


@pytest.mark.parametrize(("count", "limited"), [(8, False), (9, True)])
def test_too_few_participants_rule_nothing_out(count: int, limited: bool) -> None:
    limits = conformal_limits(np.repeat([True, False], count), np.full(2 * count, 0.4))
    assert (limits.impaired_from > 0) is limited
    assert (limits.unimpaired_to < 1) is limited


@pytest.mark.parametrize(
    ("impaired_from", "unimpaired_to", "probability", "left"),
    [
        (0.3, 0.7, 0.5, Possible.BOTH),
        (0.3, 0.7, 0.3, Possible.BOTH),
        (0.3, 0.7, 0.29, Possible.UNIMPAIRED),
        (0.3, 0.7, 0.71, Possible.IMPAIRED),
        (0.6, 0.4, 0.5, Possible.NEITHER),
    ],
)
def test_limits_leave_one_answer_both_or_neither(
    impaired_from: float, unimpaired_to: float, probability: float, left: Possible
) -> None:
    limits = ConformalLimits(
        stated=0.9, impaired_from=impaired_from, unimpaired_to=unimpaired_to, impaired_participants=20, unimpaired_participants=20
    )
    assert limits.possible(probability) is left


def test_participants_can_not_set_the_limits_that_they_are_counted_by() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(200) % 2
    folds = pd.DataFrame({"fold": np.arange(200) // 2 % 4, "label": labels})
    folds["logit_all_fused"] = 6 * (labels - 0.5) + generator.normal(0, 1, 200)
    mislabelled = folds["fold"] == 2
    folds.loc[mislabelled, "label"] = 1 - labels[mislabelled]
    assert coverage_out_of_fold(folds[~mislabelled], 0.5)["all"].overall.value > 0.85
    assert coverage_out_of_fold(folds, 0.5)["all"].overall.value < 0.78  # with them among the setters it would be 0.9


def test_what_the_threshold_contradicts_is_not_counted_as_decided() -> None:
    labels, chances = np.array([True] * 10 + [False] * 10), np.array([0.45] * 10 + [0.2] * 10)
    limits = ConformalLimits(
        stated=0.9, impaired_from=0.4, unimpaired_to=0.42, impaired_participants=20, unimpaired_participants=20
    )
    coverage = coverage_of(limits, labels, chances, threshold=0.5)
    assert coverage.overall.value == 1
    assert coverage.decided.value == 0.5
    assert coverage.accuracy_decided is not None
    assert coverage.accuracy_decided.value == 1
