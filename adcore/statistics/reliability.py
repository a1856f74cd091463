"""How far probabilities can be taken at their word: slope, intercept, and the calibration error that chance alone would show."""

import numpy as np
from numpy.typing import NDArray

from adcore.model.card_schema import Reliability
from adcore.statistics.intervals import as_metric, class_draws, mean_and_range, percentiles
from adcore.statistics.metrics import CLOSEST, Chances, Labels, metric_functions

RELIABILITY_ORIGIN = (
    "Out of fold. Slope and intercept: logistic regression of the label on the log-odds of the probability (Cox 1958), 1 and "
    "0 if every probability is exact; a slope under 1 is overconfident. By chance: mean and 95% range of the calibration "
    "error (ECE) of labels drawn 2000 times with exactly the stated probabilities."
)
STEPS = 25
"""Newton steps at the most; 6 suffice in practice."""

SETTLED = 1e-9
"""A step below which slope and intercept have settled."""

RIDGE = 1e-6
"""Keeps a resample solvable in which the classes separate; its slope then ends at STEPS, since no step exceeds 1."""

FARTHEST = 35.0
"""Log-odds beyond which a probability is 0 or 1 in double precision anyway."""


def reliability(labels: Labels, chances: Chances, seed: int) -> Reliability:
    """Reliability of probabilities (S,) of participants with labels (S,)."""
    draws = class_draws(labels, seed)
    found, resampled = recalibration(labels, chances), recalibration(labels[draws], chances[draws])
    slope, intercept = (percentiles(float(value), values) for value, values in zip(found, resampled, strict=True))
    drawn = np.random.default_rng(seed).uniform(size=draws.shape) < chances
    by_chance = metric_functions(0.5)["ece"](drawn, np.broadcast_to(chances, drawn.shape))
    return Reliability(slope=as_metric(slope), intercept=as_metric(intercept), ece_by_chance=as_metric(mean_and_range(by_chance)))


def recalibration(labels: Labels, chances: Chances) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slope and intercept of a logistic regression of labels (..., S) on the log-odds of probabilities (..., S)."""
    clipped = np.clip(chances, CLOSEST, 1 - CLOSEST)
    x = np.log(clipped) - np.log1p(-clipped)
    slope, intercept = np.ones(x.shape[:-1]), np.zeros(x.shape[:-1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-np.clip(slope[..., None] * x + intercept[..., None], -FARTHEST, FARTHEST)))
        rest, weight = labels - expected, expected * (1 - expected)
        a, b, c = (weight * x * x).sum(axis=-1) + RIDGE, (weight * x).sum(axis=-1), weight.sum(axis=-1) + RIDGE
        towards_slope, towards_intercept = (rest * x).sum(axis=-1), rest.sum(axis=-1)
        determinant = a * c - b * b
        steps = (
            np.clip((c * towards_slope - b * towards_intercept) / determinant, -1, 1),
            np.clip((a * towards_intercept - b * towards_slope) / determinant, -1, 1),
        )
        slope, intercept = slope + steps[0], intercept + steps[1]
        if np.abs(steps).max() < SETTLED:
            break
    return slope, intercept
