"""Ridge logistic regression whose log-odds may hardly fall along given directions."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

FALL = 0.05
"""Log-odds by which planted atrophy may lower an answer: 0.01 of a probability of one half."""


class RisingLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression with a ridge penalty, and slopes under which no direction lowers the log-odds by more than FALL.

    A convex problem with linear constraints; slopes of 0 fulfil them, so there is always an answer.

    Args:
        rises: (K, F), the directions, in the units of the vectors.
        C: inverse strength of the penalty, as scikit-learn has it.
    """

    def __init__(self, rises: NDArray[np.float64], C: float = 1.0):
        self.rises = rises
        self.C = C

    def fit(self, vectors: NDArray[np.float64], labels: NDArray[Any]) -> Self:
        """Fit on vectors (S, F) and labels (S,) of two classes."""
        free = LogisticRegression(C=self.C, solver="newton-cholesky").fit(vectors, labels)
        self.classes_, self.coef_, self.intercept_ = free.classes_, free.coef_, free.intercept_
        if (self.rises @ free.coef_[0] >= -FALL).all():
            return self
        start = np.concatenate([self._shrunk(free.coef_[0]), free.intercept_])
        directions = np.column_stack([self.rises, np.zeros(len(self.rises))])
        bounds = {"type": "ineq", "fun": lambda values: directions @ values + FALL, "jac": lambda _: directions}
        signs = np.where(labels == self.classes_[1], 1.0, -1.0)
        found = minimize(self._loss, start, (vectors, signs), "SLSQP", jac=True, constraints=[bounds], options={"maxiter": 500})
        better = np.isfinite(found.fun) and found.fun <= self._loss(start, vectors, signs)[0]
        slopes = self._shrunk((found.x if better else start)[:-1])  # what the solver leaves beyond a bound is taken back
        self.coef_, self.intercept_ = slopes[None], (found.x if better else start)[-1:]
        return self

    def _loss(
        self, values: NDArray[np.float64], vectors: NDArray[np.float64], signs: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (vectors @ values[:-1] + values[-1])
        pull = -self.C * signs * expit(-margins)
        slopes = values[:-1]
        gradient = np.concatenate([vectors.T @ pull + slopes, [pull.sum()]])
        return float(self.C * np.logaddexp(0, -margins).sum() + slopes @ slopes / 2), gradient

    def _shrunk(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Slopes as they are, or shrunk until no direction lowers the log-odds too far."""
        fall = float(-(self.rises @ slopes).min())
        return slopes * min(1.0, FALL / fall) if fall > 0 else slopes

    def decision_function(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds of the second class, (S,)."""
        return np.asarray(vectors @ self.coef_[0] + self.intercept_[0])

    def predict_proba(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities (S, 2)."""
        second = expit(self.decision_function(vectors))
        return np.column_stack([1 - second, second])

    def predict(self, vectors: NDArray[np.float64]) -> NDArray[Any]:
        """The likelier class, (S,)."""
        return np.asarray(self.classes_)[(self.decision_function(vectors) > 0).astype(int)]
