"""Values with their 95% intervals over participants: Wilson's for proportions, the bootstrap for everything else."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
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
    """Rows (R, S) of 2000 bootstrap samples of participants, resampled within each class, so that none is empty; read-only."""
    return _class_draws(np.asarray(labels, dtype=bool).tobytes(), seed, RESAMPLES)


@lru_cache(maxsize=8)  # a card asks for the same participants' dozens of times
def _class_draws(labels: bytes, seed: int, resamples: int) -> NDArray[np.intp]:
    generator, impaired = np.random.default_rng(seed), np.frombuffer(labels, dtype=bool)
    classes = [rows for rows in (np.flatnonzero(impaired == value) for value in (False, True)) if len(rows)]
    sizes = [len(rows) for rows in classes]
    drawn = [np.concatenate([generator.integers(0, size, size) for size in sizes]) for _ in range(resamples)]
    starts = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    draws = np.concatenate(classes)[np.stack(drawn) + starts]
    draws.setflags(write=False)
    return draws


def bootstrap(statistic: Callable[..., NDArray[np.float64]], draws: NDArray[np.intp], *columns: NDArray[Any]) -> Interval:
    """A statistic of columns (S,), with the percentile interval over draws of rows.

    Args:
        statistic: works along the last axis.
        draws: (R, S), of class_draws.
    """
    return percentiles(float(statistic(*columns)), statistic(*(column[draws] for column in columns)))


def percentiles(value: float, resampled: NDArray[np.float64]) -> Interval:
    """A value with the percentile interval of what resamples (R,) gave."""
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(value, float(low), float(high))


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
    return percentiles(float(values.mean()), values)


def as_metric(interval: Interval) -> MetricInterval:
    """As the card holds it."""
    return MetricInterval(**{name: round(value, CARD_DECIMALS) for name, value in asdict(interval).items()})
