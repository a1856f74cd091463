"""Nonparametric tolerance limits: a value below which at least a stated share of a population lies, with a stated confidence.

The r-th largest of n independent values lies above the population's q-quantile unless fewer than r of them do, whose number is
binomial (Wilks 1941, Ann Math Stat 12:91). Nothing is assumed of the values' distribution.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom


@dataclass(frozen=True)
class ToleranceLimit:
    """An upper limit.

    Attributes:
        value: the limit, one of the values.
        count: how many values there were, and how many of them lie above the limit in `above`.
        quantile: share of the population that lies within the limit.
        confidence: that it does, at least.
    """

    value: float
    count: int
    above: int
    quantile: float
    confidence: float


def upper_tolerance_limit(values: NDArray[np.floating], quantile: float = 0.99, confidence: float = 0.95) -> ToleranceLimit:
    """The least of the values that bounds the quantile with the confidence.

    Where there are too few for the quantile, the largest value bounds a lower one with the same confidence: 299 values are
    needed for 99% at 95%.

    Args:
        values: (n,), finite, one a person.
    Raises:
        ValueError: there is no value, or one is not finite.
    """
    ordered = np.sort(values)[::-1]
    if not len(ordered) or not np.isfinite(ordered).all():
        raise ValueError("expected finite values")
    count = len(ordered)
    quantile = min(quantile, (1 - confidence) ** (1 / count))
    above = 0
    while above + 1 < count and binom.cdf(above + 1, count, 1 - quantile) <= 1 - confidence:
        above += 1
    return ToleranceLimit(float(ordered[above]), count, above, quantile, float(1 - binom.cdf(above, count, 1 - quantile)))
