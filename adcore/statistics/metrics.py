"""Metrics of a binary classifier over participants, each with a bootstrap interval.

Every metric works along the last axis, so that all bootstrap resamples are measured at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from adcore.statistics.intervals import Interval, bootstrap, bootstrap_error, class_draws

CALIBRATION_BINS = 10
CLOSEST = 1e-6
"""Probabilities closer to 0 or 1 are clipped to this before their logarithm."""

Labels = NDArray[np.bool_]
Chances = NDArray[np.float64]
Metric = Callable[[Labels, Chances], NDArray[np.float64]]


@dataclass(frozen=True)
class Confusion:
    """Counts of participants at the threshold."""

    true_positive: int
    false_negative: int
    true_negative: int
    false_positive: int


def confusion(labels: Labels, chances: Chances, threshold: float) -> Confusion:
    """Count participants (S,); at and above the threshold counts as impaired."""
    return Confusion(*(int(count) for count in _counts(labels, chances, threshold)))


def area_under_curve(labels: Labels, chances: Chances) -> float:
    """Area under the ROC curve over participants (S,), ties counted half."""
    return float(auc(labels, chances))


def auc(labels: Labels, chances: Chances) -> NDArray[np.float64]:
    """Area under the ROC curve from ranks (Hanley and McNeil 1982), ties counted half, along the last axis."""
    positives = labels.sum(axis=-1)
    ranks = (rankdata(chances, axis=-1) * labels).sum(axis=-1)
    return np.asarray((ranks - positives * (positives + 1) / 2) / (positives * (labels.shape[-1] - positives)))


def log_loss(labels: Labels, chances: Chances) -> NDArray[np.float64]:
    """Mean negative logarithm of the probability given to what is true, along the last axis; ln 2 = 0.69 at even odds."""
    given = np.where(labels, chances, 1 - chances)
    return np.asarray(-np.log(np.clip(given, CLOSEST, 1)).mean(axis=-1))


def expected_calibration_error(labels: Labels, chances: Chances) -> float:
    """Mean gap between stated and observed frequency over participants (S,) in ten equal-width bins (Naeini 2015)."""
    return float(_calibration_error(labels, chances))


def metric_functions(threshold: float) -> dict[str, Metric]:
    """Every reported metric by name, of (labels, probabilities); an undefined rate, such as precision without positives, is 0."""

    def rate(top: tuple[int, ...], bottom: tuple[int, ...], weights: tuple[int, ...] = (1, 1, 1, 1)) -> Metric:
        """Of the counts true positive, false negative, true negative, false positive, by their places 0 to 3."""

        def metric(labels: Labels, chances: Chances) -> NDArray[np.float64]:
            counts = np.stack(_counts(labels, chances, threshold)) * np.array(weights).reshape(4, *[1] * (labels.ndim - 1))
            above, below = counts[list(top)].sum(axis=0), counts[list(bottom)].sum(axis=0)
            return np.asarray(np.where(below > 0, above / np.maximum(below, 1), 0.0))

        return metric

    sensitivity, specificity = rate((0,), (0, 1)), rate((2,), (2, 3))
    return {
        "auc": auc,
        "balanced_accuracy": lambda labels, chances: (sensitivity(labels, chances) + specificity(labels, chances)) / 2,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": rate((0,), (0, 3)),
        "f1": rate((0,), (0, 1, 3), weights=(2, 1, 1, 1)),
        "log_loss": log_loss,
        "brier": lambda labels, chances: np.asarray(np.mean((chances - labels) ** 2, axis=-1)),
        "ece": _calibration_error,
    }


def bootstrap_metrics(labels: Labels, chances: Chances, threshold: float, seed: int) -> dict[str, Interval]:
    """Every metric over participants, resampled 2000 times within each class, so that both are always present.

    Args:
        labels, chances: (S,), one entry per participant.
    """
    draws = class_draws(labels, seed)
    return {name: interval_of(name, metric, draws, labels, chances) for name, metric in metric_functions(threshold).items()}


def interval_of(name: str, metric: Metric, draws: NDArray[np.intp], labels: Labels, chances: Chances) -> Interval:
    """One metric with its interval; that of the calibration error is corrected for the scatter that resampling adds."""
    return (bootstrap_error if name == "ece" else bootstrap)(metric, draws, labels, chances)


def _counts(labels: Labels, chances: Chances, threshold: float) -> tuple[NDArray[np.int_], ...]:
    """True positive, false negative, true negative, false positive, along the last axis."""
    positive = chances >= threshold
    return tuple(
        np.asarray(cell.sum(axis=-1)) for cell in (positive & labels, ~positive & labels, ~positive & ~labels, positive & ~labels)
    )


def _calibration_error(labels: Labels, chances: Chances) -> NDArray[np.float64]:
    bins = np.minimum((chances * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = [np.abs(((chances - labels) * (bins == number)).sum(axis=-1)) for number in range(CALIBRATION_BINS)]
    return np.asarray(np.sum(gaps, axis=0) / labels.shape[-1])
