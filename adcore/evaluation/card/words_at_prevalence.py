"""What the verbal answers mean where another share of patients is impaired, by resampling the out-of-fold predictions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Category
from adcore.evaluation.card.verbal_answers import FIELDLESS, answers_out_of_fold
from adcore.model.calibration import fit_calibration, log_odds
from adcore.model.card_schema import MetricInterval, WordsAtPrevalence
from adcore.statistics import intervals
from adcore.statistics.conformal import STATED, possible_out_of_fold
from adcore.statistics.cross_validation import fused_columns
from adcore.statistics.intervals import Interval, as_metric
from adcore.statistics.metrics import Chances, Labels

PREVALENCES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""From the general population over 65 to half; chosen."""

WORDS_ORIGIN = (
    "The out-of-fold answers, drawn 2000 times with as many impaired as the prevalence says; mean and 95% range of the "
    "samples. The shipped limits are one for each class, so they need no weights: in each class the true label stays possible "
    "for 90% at any prevalence. Beside them, limits for all patients together, weighted by the prevalence (Tibshirani 2019; "
    "Podkopaev and Ramdas 2021), set on the other folds: they keep the coverage over everyone and lose it among the impaired "
    "where these are few."
)


@dataclass(frozen=True, eq=False)
class _Flags:
    """Of each participant (S,): called likely impaired, called likely unimpaired, true label possible by the shipped limits."""

    impaired: NDArray[np.bool_]
    unimpaired: NDArray[np.bool_]
    kept: NDArray[np.bool_]


def words_at_prevalence(folds: pd.DataFrame, threshold: float, seed: int) -> dict[str, list[WordsAtPrevalence]]:
    """By inputs, then prevalence; the scan alone is left out, since it never gets a word."""
    found = {}
    for inputs, column in fused_columns(folds).items():
        if inputs != FIELDLESS:
            flags = _flags(folds, inputs, column, threshold)
            found[inputs] = [_at(folds, flags, column, prevalence, seed) for prevalence in PREVALENCES]
    return found


def weighted_limits(labels: Labels, chances: Chances, prevalence: float) -> tuple[float, float]:
    """Limits for all patients together under label shift: where "impaired" and "unimpaired" stay possible.

    Args:
        labels, chances: (S,) of participants with a calibrated probability that they took no part in.
    Returns:
        the least probability at which "impaired" stays possible and the greatest at which "unimpaired" does, both on the scale of
        `chances`; a class with too little weight rules nothing out.
    """
    share = labels.mean()
    weights = np.where(labels, prevalence / share, (1 - prevalence) / (1 - share))
    moved = _moved(chances, float(share), prevalence)
    surprise = np.where(labels, 1 - moved, moved)
    order = np.argsort(surprise)
    reached = np.cumsum(weights[order])

    def limit(weight: float) -> float:
        """The surprise up to which a label stays possible whose own weight is this; 1 where nothing is ruled out."""
        place = int(np.searchsorted(reached, STATED * (reached[-1] + weight) - 1e-9))
        return 1.0 if place >= len(order) else float(surprise[order][place])

    least, most = 1 - limit(prevalence / share), limit((1 - prevalence) / (1 - share))
    back = _moved(np.array([least, most]), prevalence, float(share))
    return float(back[0]), float(back[1])


def _at(folds: pd.DataFrame, flags: _Flags, column: str, prevalence: float, seed: int) -> WordsAtPrevalence:
    labels, weighted = folds["label"].to_numpy() == 1, _weighted(folds, column, prevalence)
    generator = np.random.default_rng(seed)
    positives, negatives = np.flatnonzero(labels), np.flatnonzero(~labels)
    size = (intervals.RESAMPLES, len(labels))
    draws = np.where(
        generator.uniform(size=size) < prevalence, generator.choice(positives, size), generator.choice(negatives, size)
    )
    given = flags.impaired | flags.unimpaired
    return WordsAtPrevalence(
        prevalence=prevalence,
        given=_range(given, draws),
        coverage=_range(flags.kept, draws),
        impaired_right=_range(labels, draws, flags.impaired) if flags.impaired.any() else None,
        unimpaired_right=_range(~labels, draws, flags.unimpaired) if flags.unimpaired.any() else None,
        weighted_coverage=_range(weighted, draws),
        weighted_coverage_impaired=_range(weighted, draws, labels),
    )


def _flags(folds: pd.DataFrame, inputs: str, column: str, threshold: float) -> _Flags:
    labels = folds["label"].to_numpy() == 1
    words = np.array([category for category, _ in answers_out_of_fold(folds, inputs, threshold)], dtype=object)
    possible, _ = possible_out_of_fold(folds, column)
    kept = np.array(
        [
            label in (("impaired", "both") if truth else ("unimpaired", "both"))
            for truth, label in zip(labels, possible, strict=True)
        ]
    )
    return _Flags(words == Category.IMPAIRED, words == Category.UNIMPAIRED, kept)


def _weighted(folds: pd.DataFrame, column: str, prevalence: float) -> NDArray[np.bool_]:
    """Whether each participant's true label is possible by limits for all patients together, weighted by the prevalence."""
    labels, weighted = folds["label"].to_numpy() == 1, np.zeros(len(folds), dtype=bool)
    for fold in folds["fold"].unique():
        here = (folds["fold"] == fold).to_numpy()
        calibration = fit_calibration(folds.loc[~here, column].to_numpy(), labels[~here])
        chances = np.array([calibration.estimate(logit).probability for logit in folds[column]])
        least, most = weighted_limits(labels[~here], chances[~here], prevalence)
        weighted[here] = np.where(labels, chances >= least, chances <= most)[here]
    return weighted


def _range(flags: NDArray[np.bool_], draws: NDArray[np.intp], among: NDArray[np.bool_] | None = None) -> MetricInterval:
    """Share of the flagged in each sample, among some participants: mean and 95% range; samples without any are left out."""
    counted = np.ones_like(flags) if among is None else among
    number = counted[draws].sum(axis=1)
    shares = ((flags & counted)[draws].sum(axis=1) / np.maximum(number, 1))[number > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    return as_metric(Interval(float(shares.mean()), float(low), float(high)))


def _moved(chances: Chances, trained: float, prevalence: float) -> Chances:
    """Probabilities (S,) under another prevalence (Bayes)."""
    clipped = np.clip(chances, 1e-9, 1 - 1e-9)
    odds = np.log(clipped) - np.log1p(-clipped) + log_odds(prevalence) - log_odds(trained)
    return np.asarray(1 / (1 + np.exp(-odds)))
