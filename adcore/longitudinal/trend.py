"""Rates of change: straight lines over the years since the first visit, and the uncertainty of their slope."""

import math

import numpy as np
from numpy.typing import NDArray


def slope_per_year(years: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Slope of the least-squares line; NaN where all visits are at the same time."""
    centred = years - years.mean()
    spread = float(centred @ centred)
    return float(centred @ (values - values.mean())) / spread if spread > 0 else math.nan


def slope_spread(years: NDArray[np.float64], difference_sd: float) -> float:
    """Standard deviation of the slope due to measurement error alone.

    Args:
        difference_sd: standard deviation of the difference of two measurements without true change; that of one is 1 / sqrt 2.
    """
    centred = years - years.mean()
    spread = float(centred @ centred)
    return difference_sd / math.sqrt(2 * spread) if spread > 0 else math.nan


def percent_per_year(log_slope: float) -> float:
    """A slope of logarithms as percent per year."""
    return 100 * math.expm1(log_slope)
