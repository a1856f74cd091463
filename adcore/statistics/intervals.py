"""Values with their 95% intervals over participants: Wilson's for proportions, the bootstrap for everything else."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from adcore.model.card_schema import MetricInterval

RESAMPLES = 2000
CARD_DECIMALS = 4


@dataclass(frozen=True)
class Interval:
    """A value with its 95% interval over participants."""

    value: float
    low: float
    high: float


def share(count: int, participants: int) -> Interval:
    """A proportion of participants with Wilson's interval (1927), which stays valid near 0 and 1 and for small samples."""
    interval = binomtest(count, participants).proportion_ci(0.95, method="wilson")
    return Interval(count / participants, float(interval.low), float(interval.high))


def class_draws(labels: NDArray[np.bool_], seed: int) -> NDArray[np.intp]:
    """Rows (R, S) of 2000 bootstrap samples of participants, resampled within each class, so that none is empty."""
    generator = np.random.default_rng(seed)
    classes = [rows for rows in (np.flatnonzero(labels == value) for value in (False, True)) if len(rows)]
    return np.stack([np.concatenate([generator.choice(rows, len(rows)) for rows in classes]) for _ in range(RESAMPLES)])


def bootstrap(statistic: Callable[..., NDArray[np.float64]], draws: NDArray[np.intp], *columns: NDArray[Any]) -> Interval:
    """A statistic of columns (S,), with the percentile interval over draws of rows.

    Args:
        statistic: works along the last axis.
        draws: (R, S), of class_draws.
    """
    low, high = np.percentile(statistic(*(column[draws] for column in columns)), [2.5, 97.5])
    return Interval(float(statistic(*columns)), float(low), float(high))


def bootstrap_error(statistic: Callable[..., NDArray[np.float64]], draws: NDArray[np.intp], *columns: NDArray[Any]) -> Interval:
    """An error that is at least 0 and grows with scatter, which resampling adds: its interval, less the resamples' mean excess.

    Args:
        statistic, draws: as `bootstrap` takes them.
    """
    resampled, value = statistic(*(column[draws] for column in columns)), float(statistic(*columns))
    low, high = np.percentile(resampled, [2.5, 97.5]) - (float(resampled.mean()) - value)
    return Interval(value, max(0.0, float(low)), float(high))


def mean(values: NDArray[np.float64], seed: int | np.random.Generator) -> Interval:
    """The mean of values (S,), one per participant, with its bootstrap interval."""
    draws = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    return bootstrap(lambda drawn: np.mean(drawn, axis=-1), draws, values)


def mean_and_range(values: NDArray[np.float64]) -> Interval:
    """The mean of values (R,), with the range that holds 95% of them."""
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))


def as_metric(interval: Interval) -> MetricInterval:
    """As the card holds it."""
    return MetricInterval(**{name: round(value, CARD_DECIMALS) for name, value in asdict(interval).items()})
