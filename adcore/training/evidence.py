"""A fusion that is a sum: one calibrated evidence a branch, with weights that never turn its sign."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedKFold

Rows = NDArray[np.intp]
LogOdds = NDArray[np.float64]

WEIGHT_STRENGTHS = tuple(float(10**power) for power in (-2, -1.5, -1, -0.5, 0, 0.5, 1))
"""Inverse strengths of the ridge penalty on a sum's weights, among which inner folds of the training participants choose."""


@dataclass(frozen=True, eq=False)
class EvidenceSum:
    """Log-odds of impairment as a start plus weighted evidence.

    Attributes:
        start: the log-odds where no evidence speaks.
        weights: (E,), one a branch, none below 0.
    """

    start: float
    weights: NDArray[np.float64]

    def terms(self, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each branch adds, (..., E), of evidence (..., E); with the start it sums to the log-odds."""
        return evidence * self.weights

    def log_odds(self, evidence: NDArray[np.float64]) -> LogOdds:
        """Log-odds (...) of evidence (..., E)."""
        return np.asarray(self.start + self.terms(evidence).sum(axis=-1))


def choose_sum(evidence: NDArray[np.float64], labels: NDArray[np.bool_], folds: int, seed: int) -> EvidenceSum:
    """Fit the weights, with the penalty that gives the lowest log loss on inner folds.

    Args:
        evidence: (S, E) of participants whom no branch was trained on.
        labels: (S,), impaired or not.
    """
    splits = _inner_folds(labels, folds, seed)

    def loss(strength: float) -> float:
        found = np.empty(len(labels))
        for others, here in splits:
            found[here] = fit_sum(evidence[others], labels[others], strength).log_odds(evidence[here])
        return float(log_losses(labels, found).mean())

    return fit_sum(evidence, labels, min(WEIGHT_STRENGTHS, key=loss))


def fit_sum(evidence: NDArray[np.float64], labels: NDArray[np.bool_], strength: float) -> EvidenceSum:
    """Ridge logistic regression with weights that are not below 0; the start is free.

    Args:
        strength: inverse of the penalty's, as scikit-learn's C.
    """
    design = np.column_stack([evidence, np.ones(len(evidence))])
    penalty = np.append(np.full(evidence.shape[1], 1 / strength), 0.0)

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = design @ weights
        chances = 1 / (1 + np.exp(-log_odds))
        value = log_losses(labels, log_odds).sum() + penalty @ weights**2 / 2
        return float(value), design.T @ (chances - labels) + penalty * weights

    bounds = [(0.0, None)] * evidence.shape[1] + [(None, None)]
    found = minimize(objective, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return EvidenceSum(float(found[-1]), found[:-1])


def log_losses(labels: NDArray[np.bool_], log_odds: LogOdds) -> NDArray[np.float64]:
    """Log loss of each participant, (..., S), in nats."""
    return np.logaddexp(0, np.where(labels, -log_odds, log_odds))


def _inner_folds(labels: NDArray[np.bool_], folds: int, seed: int) -> list[tuple[Rows, Rows]]:
    """(others, here) of each inner fold; fewer folds where a class is smaller."""
    least = int(min(labels.sum(), (~labels).sum()))
    return list(StratifiedKFold(min(folds, least), shuffle=True, random_state=seed).split(labels, labels))
