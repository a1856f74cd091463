"""From a network's logit to a calibrated probability with an interval."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from adcore.errors import ModelError

COVERAGE_Z = 1.645
"""Standard normal quantile of a two-sided 90% interval."""

NO_SCAN = "no_scan_"
"""Prefix of the names of inputs without a scan, in the names of calibrations: "<inputs>_<branch>"."""

LEAST = 1e-12
"""Probabilities closer to 0 or 1 are clipped to this before odds are formed."""


@dataclass(frozen=True)
class Estimate:
    """A calibrated probability of CDR above 0, with a 90% interval; low <= probability <= high.

    Attributes:
        at_edge: whether the network's output lies beyond those of all participants of the calibration, so that the probability
            is held at theirs.
    """

    probability: float
    low: float
    high: float
    at_edge: bool = field(default=False, kw_only=True)

    @property
    def log_odds(self) -> float:
        """Log-odds of impairment."""
        return log_odds(self.probability)


@dataclass(frozen=True)
class Calibration:
    """Platt's logistic calibration (Platt 1999) with the sampling covariance of its two coefficients.

    Attributes:
        slope, intercept: calibrated log-odds = slope * logit + intercept.
        covariance: of (slope, intercept), (2, 2) as nested tuples, from the inverse Fisher information.
        count: participants it was fitted on.
        seen: lowest and highest of their logits, to which other logits are clipped: no participant calibrates what lies beyond.
            None on older cards.
    """

    slope: float
    intercept: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    count: int
    seen: tuple[float, float] | None = None

    def estimate(self, logit: float) -> Estimate:
        """Calibrate one logit.

        The interval comes from the delta method on the log-odds: the uncertainty left by the number of calibration participants.
        It does not cover how differently another training run would answer.

        Raises:
            ModelError: the result is not finite.
        """
        lowest, highest = self.seen or (logit, logit)
        at_edge = not lowest <= logit <= highest
        logit = min(max(logit, lowest), highest)
        (a, b), (c, d) = self.covariance
        centre = self.slope * logit + self.intercept
        variance = a * logit * logit + (b + c) * logit + d
        if not (math.isfinite(centre) and math.isfinite(variance)):
            raise ModelError("The model's calibration gave no finite probability, so there is no result. Restore the folder.")
        spread = COVERAGE_Z * math.sqrt(max(0.0, variance))
        return Estimate(*(chance_of(value) for value in (centre, centre - spread, centre + spread)), at_edge=at_edge)


def log_odds(probability: float) -> float:
    """Natural logarithm of the odds; finite also where a probability was rounded to 0 or 1."""
    return math.log(max(probability, LEAST)) - math.log(max(1 - probability, LEAST))


def chance_of(odds: float) -> float:
    """The probability of log-odds of any finite size."""
    return math.exp(min(odds, 0.0)) / (1 + math.exp(-abs(odds)))


def fit_calibration(logits: NDArray[np.float64], labels: NDArray[np.bool_]) -> Calibration:
    """Fit on out-of-fold logits (S,) of participants with labels (S,)."""
    from sklearn.linear_model import LogisticRegression  # takes a second to import, and an answer needs none of it

    model = LogisticRegression(C=100.0).fit(logits[:, None], labels)  # nearly unpenalised; finite where the classes separate
    chances = model.predict_proba(logits[:, None])[:, 1]
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    fisher = design.T @ (design * (chances * (1 - chances))[:, None])
    (a, b), (c, d) = np.linalg.inv(fisher + 1e-6 * np.eye(2)).tolist()
    seen = (float(logits.min()), float(logits.max()))
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]), ((a, b), (c, d)), len(logits), seen)


def at_prevalence(estimate: Estimate, trained: float, prevalence: float) -> Estimate:
    """The same evidence under other prior odds (Bayes; Saerens, Latinne and Decaestecker 2002, Neural Comput 14:21, eq. 4).

    Valid where impaired patients resemble the impaired training participants, and unimpaired ones likewise, and only the
    prevalence differs.

    Args:
        trained: prevalence that the estimate assumes, 0 to 1 exclusive.
        prevalence: of impairment at the clinic, 0 to 1 exclusive.
    Raises:
        ModelError: a prevalence is not between 0 and 1.
    """
    for share in (trained, prevalence):
        if not 0 < share < 1:
            raise ModelError(f"Expected a share of impaired patients between 0 and 1, got {share:g}. Choose another.")
    shift = log_odds(prevalence) - log_odds(trained)
    moved = (chance_of(log_odds(value) + shift) for value in (estimate.probability, estimate.low, estimate.high))
    return Estimate(*moved, at_edge=estimate.at_edge)
