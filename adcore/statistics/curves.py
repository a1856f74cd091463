"""Points of the curves of a classifier over participants: plain arrays, no drawing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve, roc_curve

from adcore.statistics.intervals import share
from adcore.statistics.metrics import CALIBRATION_BINS, Chances, Labels

Points = NDArray[np.float64]

BAND_RESAMPLES = 500
BAND_GRID = 101


@dataclass(frozen=True, eq=False)
class Curve:
    """Points (K,) of a curve, and the threshold each belongs to."""

    x: Points
    y: Points
    thresholds: Points


@dataclass(frozen=True, eq=False)
class Band:
    """A 95% pointwise band: low and high (K,) at x (K,)."""

    x: Points
    low: Points
    high: Points


@dataclass(frozen=True)
class CalibrationBin:
    """One occupied bin of predicted probability: mean predicted, observed share with its 95% interval (Wilson), and count."""

    stated: float
    observed: float
    low: float
    high: float
    participants: int


def roc(labels: Labels, chances: Chances) -> Curve:
    """False-positive rate against true-positive rate; both classes must be present."""
    false_positive, true_positive, thresholds = roc_curve(labels, chances)  # without points on a straight line
    return Curve(false_positive, true_positive, thresholds)


def roc_band(labels: Labels, chances: Chances, seed: int = 0) -> Band:
    """Pointwise bootstrap band of the true-positive rate, participants resampled within each class."""
    generator = np.random.default_rng(seed)
    grid = np.linspace(0, 1, BAND_GRID)
    thresholds, place = np.unique(-chances, return_inverse=True)  # from the highest probability down
    positive, negative = (_drawn_shares(place[rows], len(thresholds), generator) for rows in (labels, ~labels))
    sampled = np.stack([np.interp(grid, x, y) for x, y in zip(negative, positive, strict=True)])
    low, high = np.percentile(sampled, [2.5, 97.5], axis=0)
    return Band(grid, low, high)


def _drawn_shares(places: NDArray[np.intp], thresholds: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Of BAND_RESAMPLES samples of participants, the share at or above each threshold: (R, 1 + thresholds), from 0 to 1.

    Args:
        places: of each participant's probability among the thresholds.
    """
    drawn = places[generator.integers(0, len(places), (BAND_RESAMPLES, len(places)), dtype=np.int32)]
    cells = drawn + (np.arange(BAND_RESAMPLES) * thresholds)[:, None]
    counts = np.bincount(cells.ravel(), minlength=BAND_RESAMPLES * thresholds).reshape(BAND_RESAMPLES, thresholds)
    shares = np.zeros((BAND_RESAMPLES, thresholds + 1), dtype=np.float32)
    np.cumsum(counts, axis=1, out=shares[:, 1:])
    return shares / np.float32(len(places))


def precision_recall(labels: Labels, chances: Chances) -> Curve:
    """Recall (sensitivity) against precision (positive predictive value)."""
    precision, recall, thresholds = precision_recall_curve(labels, chances)
    return Curve(recall, precision, np.append(thresholds, np.inf))


def calibration_bins(labels: Labels, chances: Chances) -> list[CalibrationBin]:
    """The occupied bins of the expected calibration error."""
    places = np.minimum((chances * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    bins = []
    for number in np.unique(places):
        here = places == number
        observed = share(int(labels[here].sum()), int(here.sum()))
        bins.append(CalibrationBin(float(chances[here].mean()), observed.value, observed.low, observed.high, int(here.sum())))
    return bins


def coverage_accuracy(labels: Labels, chances: Chances, threshold: float) -> Curve:
    """Fraction of participants decided against accuracy among them, the most certain first (El-Yaniv and Wiener 2010).

    Certainty is the distance in log-odds from the threshold; ties are decided together. Curve.thresholds holds the least
    distance decided.
    """
    distance = _certainty(chances, threshold)
    order = np.argsort(-distance, kind="stable")
    right = ((chances >= threshold) == labels)[order]
    decided = np.arange(1, len(labels) + 1)
    last = np.append(np.diff(distance[order]) != 0, True)  # where a group of ties ends
    return Curve((decided / len(labels))[last], (np.cumsum(right) / decided)[last], distance[order][last])


def surest(chances: Chances, threshold: float, share: float) -> NDArray[np.bool_]:
    """Mask (S,) of the participants decided where that share of them is, the most certain first, as in coverage_accuracy.

    Args:
        share: from 0 to 1; one participant at least is decided, and all who are as certain as the last one.
    """
    distance = _certainty(chances, threshold)
    last = max(1, round(share * len(distance))) - 1
    return distance >= -np.sort(-distance)[last]


def _certainty(chances: Chances, threshold: float) -> NDArray[np.float64]:
    """Distance from the threshold in log-odds, (S,)."""
    clipped = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.abs(np.log(clipped / (1 - clipped)) - np.log(threshold / (1 - threshold))).round(9)
