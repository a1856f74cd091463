"""From a network's logit to a calibrated probability with an interval."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ModelError

COVERAGE_Z = 1.645
"""Standard normal quantile of a two-sided 90% interval."""

LEAST = 1e-12
"""Probabilities nearer to 0 or 1 than this are taken for it when odds are formed."""


@dataclass(frozen=True)
class Estimate:
    """A calibrated probability of CDR above 0, with a 90% interval; low <= probability <= high."""

    probability: float
    low: float
    high: float

    @property
    def log_odds(self) -> float:
        """Of impairment."""
        return log_odds(self.probability)


@dataclass(frozen=True)
class Calibration:
    """Platt's logistic calibration (Platt 1999) with the sampling covariance of its two coefficients.

    Attributes:
        slope, intercept: calibrated log-odds = slope * logit + intercept.
        covariance: of (slope, intercept), (2, 2) as nested tuples, from the inverse Fisher information.
        count: people it was fitted on.
        seen: least and greatest of their logits. A logit beyond is taken for the end it passed: nobody was there to say what
            it means. None on cards older than it.
    """

    slope: float
    intercept: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    count: int
    seen: tuple[float, float] | None = None

    def estimate(self, logit: float) -> Estimate:
        """Calibrate one logit.

        The interval is the delta method's on the log-odds: what the few calibration people leave open. It does not cover
        what a differently trained network would have said.
        """
        if self.seen is not None:
            logit = min(max(logit, self.seen[0]), self.seen[1])
        point = np.array([logit, 1.0])
        centre = self.slope * logit + self.intercept
        spread = COVERAGE_Z * math.sqrt(max(0.0, float(point @ np.array(self.covariance) @ point)))
        return Estimate(*(chance_of(value) for value in (centre, centre - spread, centre + spread)))


def log_odds(probability: float) -> float:
    """Natural logarithm of the odds; finite too where a probability was rounded to 0 or 1."""
    return math.log(max(probability, LEAST)) - math.log(max(1 - probability, LEAST))


def chance_of(odds: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-odds))


def fit_calibration(logits: NDArray[np.float64], labels: NDArray[np.bool_]) -> Calibration:
    """Fit on out-of-fold logits (S,) of participants with labels (S,)."""
    from sklearn.linear_model import LogisticRegression  # takes a second to import, and an answer needs none of it

    model = LogisticRegression(C=100.0).fit(logits[:, None], labels)  # all but unpenalised; finite when classes separate
    chances = model.predict_proba(logits[:, None])[:, 1]
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    fisher = design.T @ (design * (chances * (1 - chances))[:, None])
    (a, b), (c, d) = np.linalg.inv(fisher + 1e-6 * np.eye(2)).tolist()
    seen = (float(logits.min()), float(logits.max()))
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]), ((a, b), (c, d)), len(logits), seen)


def at_prevalence(estimate: Estimate, trained: float, prevalence: float) -> Estimate:
    """The same evidence before other prior odds (Bayes; Saerens, Latinne and Decaestecker 2002, Neural Comput 14:21, eq. 4).

    It holds where impaired people look as the impaired ones of the training do, and unimpaired likewise, and only their
    numbers differ.

    Args:
        trained: share of impaired people that the estimate assumes, 0 to 1 exclusive.
        prevalence: share of impaired people at the clinic, 0 to 1 exclusive.
    Raises:
        ModelError: a share is not between 0 and 1.
    """
    for share in (trained, prevalence):
        if not 0 < share < 1:
            raise ModelError(f"Expected a share of impaired people between 0 and 1, got {share:g}. Choose another.")
    shift = log_odds(prevalence) - log_odds(trained)
    return Estimate(*(chance_of(log_odds(value) + shift) for value in (estimate.probability, estimate.low, estimate.high)))
