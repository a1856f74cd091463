"""Metrics of a binary classifier over people, each with a bootstrap interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from adcore.evaluation.intervals import Interval, bootstrap, class_draws

CALIBRATION_BINS = 10

Labels = NDArray[np.bool_]
Chances = NDArray[np.float64]


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
    draws = class_draws(labels, seed)
    return {name: bootstrap(metric, draws, labels, chances) for name, metric in metric_functions(threshold).items()}
