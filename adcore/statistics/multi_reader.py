"""Several readers who each read the same cases twice, without and with help: AUC, agreement, time, with multi-reader intervals.

Intervals come from a bootstrap over readers and cases at once (Beiden, Wagner and Campbell 2000), so they speak for other readers
and other cases like these; cases are resampled within each label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.statistics.intervals import RESAMPLES, Interval, bootstrap, class_draws
from adcore.statistics.metrics import Labels, auc

Ratings = NDArray[np.float64]
"""(R, C): a row a reader, a column a case."""


@dataclass(frozen=True)
class Arms:
    """A figure of each arm, and of the second less the first; with one interval over readers and cases each."""

    without: Interval
    with_model: Interval
    difference: Interval


def reader_auc(labels: Labels, ratings: Ratings, seed: int) -> list[Interval]:
    """Each reader's AUC, with an interval over cases."""
    draws = class_draws(labels, seed)
    return [bootstrap(auc, draws, labels, one) for one in ratings]


def compare_auc(labels: Labels, without: Ratings, with_model: Ratings, seed: int) -> Arms:
    """The readers' mean AUC."""
    draws = class_draws(labels, seed)
    arms = [np.stack([auc(labels[draws], one[draws]) for one in arm]) for arm in (without, with_model)]
    points = [float(np.mean([auc(labels, one) for one in arm])) for arm in (without, with_model)]
    return _arms(arms, points, seed)


def compare_seconds(labels: Labels, without: Ratings, with_model: Ratings, seed: int) -> Arms:
    """The readers' mean time a case."""
    draws = class_draws(labels, seed)
    arms = [arm[:, draws].mean(axis=-1) for arm in (without, with_model)]
    return _arms(arms, [float(arm.mean()) for arm in (without, with_model)], seed)


def kappa(first: Ratings, second: Ratings) -> NDArray[np.float64]:
    """Agreement beyond chance along the last axis, weighted by the square of the difference (Cohen 1968).

    For two categories it is Cohen's kappa of 1960. NaN where both raters gave everybody the same.
    """
    apart = ((first - second) ** 2).mean(axis=-1)
    by_chance = first.var(axis=-1) + second.var(axis=-1) + (first.mean(axis=-1) - second.mean(axis=-1)) ** 2
    return np.asarray(1 - np.divide(apart, by_chance, out=np.full(np.shape(apart), np.nan), where=by_chance > 0))


def between_readers(labels: Labels, ratings: Ratings, seed: int) -> Interval | None:
    """Mean kappa over pairs of readers; None with fewer than two readers, or where all gave everybody the same."""
    readers = len(ratings)
    pairs = [(one, other) for one in range(readers) for other in range(one + 1, readers)]
    points = np.array([kappa(ratings[one], ratings[other]) for one, other in pairs])
    if np.isnan(points).all():
        return None
    draws = class_draws(labels, seed)
    resampled = np.stack([kappa(ratings[one][draws], ratings[other][draws]) for one, other in pairs])
    counts = _reader_counts(readers, seed)
    weights = np.stack([counts[:, one] * counts[:, other] for one, other in pairs]).astype(float)
    weights[np.isnan(resampled)] = 0
    total = weights.sum(axis=0)
    means = (np.nan_to_num(resampled) * weights).sum(axis=0)[total > 0] / total[total > 0]
    return _interval(float(np.nanmean(points)), means)


def within_readers(labels: Labels, first: Ratings, second: Ratings, seed: int) -> Interval | None:
    """Mean kappa of each reader's two readings; None where every reader gave everybody the same."""
    points = kappa(first, second)
    if np.isnan(points).all():
        return None
    draws = class_draws(labels, seed)
    resampled = np.stack([kappa(one[draws], other[draws]) for one, other in zip(first, second, strict=True)])
    return _interval(float(np.nanmean(points)), _over_readers(resampled, seed))


def _arms(arms: list[NDArray[np.float64]], points: list[float], seed: int) -> Arms:
    """Figures of each arm from each reader's figure in each resample of cases, two times (R, RESAMPLES)."""
    without, with_model = (_over_readers(arm, seed) for arm in arms)
    return Arms(
        _interval(points[0], without), _interval(points[1], with_model), _interval(points[1] - points[0], with_model - without)
    )


def _over_readers(figures: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Each resample's mean over readers who are resampled, too."""
    weights = _reader_counts(len(figures), seed).T.astype(float)
    weights[np.isnan(figures)] = 0
    total = weights.sum(axis=0)
    return np.divide((np.nan_to_num(figures) * weights).sum(axis=0), total, out=np.full(total.shape, np.nan), where=total > 0)


def _reader_counts(readers: int, seed: int) -> NDArray[np.int64]:
    """How often each reader is drawn in each resample, (RESAMPLES, R)."""
    return np.random.default_rng([seed, 1]).multinomial(readers, np.full(readers, 1 / readers), RESAMPLES)


def _interval(value: float, resampled: NDArray[np.float64]) -> Interval:
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return Interval(value, float(low), float(high))
