"""Metrics of a binary classifier over people, each with a bootstrap interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, rankdata

RESAMPLES = 2000
CALIBRATION_BINS = 10

Labels = NDArray[np.bool_]
Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval over people: a percentile bootstrap, or Wilson's for a plain share."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Confusion:
    """Counts of people at the threshold."""

    true_positive: int
    false_negative: int
    true_negative: int
    false_positive: int


def confusion(labels: Labels, chances: Chances, threshold: float) -> Confusion:
    """Count people; at and above the threshold counts as impaired."""
    called = chances >= threshold
    return Confusion(
        int((called & labels).sum()),
        int((~called & labels).sum()),
        int((~called & ~labels).sum()),
        int((called & ~labels).sum()),
    )


def area_under_curve(labels: Labels, chances: Chances) -> float:
    """Area under the ROC curve from ranks (Hanley and McNeil 1982), ties counted half."""
    positives = int(labels.sum())
    ranks = rankdata(chances)[labels].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (len(labels) - positives)))


def expected_calibration_error(labels: Labels, chances: Chances) -> float:
    """Mean gap between stated and observed frequency over ten equal-width bins (Naeini 2015)."""
    bins = np.minimum((chances * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = [
        abs(chances[bins == number].mean() - labels[bins == number].mean()) * (bins == number).mean()
        for number in range(CALIBRATION_BINS)
        if (bins == number).any()
    ]
    return float(sum(gaps))


def share(count: int, people: int) -> Interval:
    """A share of people with Wilson's interval (1927), which stays honest near 0 and 1 and with few people."""
    interval = binomtest(count, people).proportion_ci(0.95, method="wilson")
    return Interval(count / people, float(interval.low), float(interval.high))


def metric_functions(threshold: float) -> dict[str, Callable[[Labels, Chances], float]]:
    """Every reported metric by name, of (labels, probabilities); precision is 0 where nobody is called impaired."""

    def counted(formula: Callable[[Confusion], tuple[float, float]]) -> Callable[[Labels, Chances], float]:
        def metric(labels: Labels, chances: Chances) -> float:
            top, bottom = formula(confusion(labels, chances, threshold))
            return top / bottom if bottom else 0.0

        return metric

    sensitivity = counted(lambda c: (c.true_positive, c.true_positive + c.false_negative))
    specificity = counted(lambda c: (c.true_negative, c.true_negative + c.false_positive))
    return {
        "auc": area_under_curve,
        "balanced_accuracy": lambda labels, chances: (sensitivity(labels, chances) + specificity(labels, chances)) / 2,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": counted(lambda c: (c.true_positive, c.true_positive + c.false_positive)),
        "f1": counted(lambda c: (2 * c.true_positive, 2 * c.true_positive + c.false_positive + c.false_negative)),
        "brier": lambda labels, chances: float(np.mean((chances - labels) ** 2)),
        "ece": expected_calibration_error,
    }


def bootstrap_metrics(labels: Labels, chances: Chances, threshold: float, seed: int) -> dict[str, Interval]:
    """Every metric over people, resampled 2000 times within each class, so that both are always there.

    Args:
        labels, chances: (S,), one entry a person.
    """
    generator = np.random.default_rng(seed)
    classes = [np.flatnonzero(labels == value) for value in (False, True)]
    draws = [np.concatenate([generator.choice(rows, len(rows)) for rows in classes]) for _ in range(RESAMPLES)]
    result = {}
    for name, metric in metric_functions(threshold).items():
        sampled = np.array([metric(labels[rows], chances[rows]) for rows in draws])
        low, high = np.percentile(sampled, [2.5, 97.5])
        result[name] = Interval(metric(labels, chances), float(low), float(high))
    return result
