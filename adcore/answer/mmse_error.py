"""The error of an MMSE: which scores could have stood in its place, and an interval that carries them."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

from adcore.case.clinical import MmseBand
from adcore.model.calibration import COVERAGE_Z, Estimate, chance_of, log_odds

MMSE_ERROR = 2.0
"""Points: standard error of one sitting. Scores of patients with Alzheimer's disease a month apart differ with an SD of 2.8
points, which is 2.0 for each (Clark et al. 1999, Arch Neurol 56:857). Healthy people of 75 and over repeat theirs more closely:
changes from 2 to 4 points on are reliable at 90% (Hensel et al. 2007, J Neurol Neurosurg Psychiatry 78:1298)."""

REACH = 2.5
"""Standard errors to which scores are considered."""

LOWEST, HIGHEST = 0, 30
LEAST_EXPECTED = 15
"""The lowest score to be expected in a memory clinic, set by judgement."""

OUTSIDE = (1 - 0.9) / 2
"""Share of the chance beyond each end of a 90% interval."""

STEPS = 50
"""Halvings by which an end of the interval is found: exact to far more than is printed."""


def possible_scores(mmse: float) -> dict[float, float]:
    """True scores around a recorded one with weights that sum to 1: a normal error, all scores from 0 to 30 equally likely."""
    reach = math.floor(REACH * MMSE_ERROR)
    scores = [score for step in range(-reach, reach + 1) if LOWEST <= (score := mmse + step) <= HIGHEST]
    weights = [math.exp(-(((score - mmse) / MMSE_ERROR) ** 2) / 2) for score in scores]
    return {score: weight / sum(weights) for score, weight in zip(scores, weights, strict=True)}


def band_scores(band: MmseBand, counted: Mapping[str, int]) -> dict[float, float]:
    """The recorded scores that a band may stand for, with weights that sum to 1: as frequent as among training participants.

    That is the distribution under which the answer's own prevalence holds. Scores that nobody had there are left out; where the
    card does not say, all scores of the band from LEAST_EXPECTED on count alike.

    Args:
        counted: labelled training participants at each score.
    """
    counts = {float(score): float(counted.get(str(score), 0)) for score in band.scores}
    if not any(counts.values()):
        counts = {float(score): 1.0 for score in band.scores if score >= LEAST_EXPECTED}
    total = sum(counts.values())
    return {score: count / total for score, count in counts.items() if count}


def around(scores: Mapping[float, float]) -> dict[float, float]:
    """True scores around several recorded ones, by the error of MMSE.

    Args:
        scores: recorded ones with weights that sum to 1.
    """
    weights: dict[float, float] = {}
    for recorded, share in scores.items():
        for score, weight in possible_scores(recorded).items():
            weights[score] = weights.get(score, 0.0) + share * weight
    return weights


def mean_estimate(others: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """The probability averaged over possible scores, between the lowest and the highest end of theirs; at_edge where one is."""
    probability = sum(weight * one.probability for one, weight in zip(others, weights, strict=True))
    low, high = min(one.low for one in others), max(one.high for one in others)
    return Estimate(probability, low, high, at_edge=any(one.at_edge for one in others))


def with_mmse_error(estimate: Estimate, others: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """The same probability with the 90% interval of a mixture: each other score's estimate with its own uncertainty.

    Args:
        others: the estimate at each possible score, with `weights` that sum to 1.
    """
    parts = [(weight, NormalDist(log_odds(one.probability), _spread(one))) for weight, one in zip(weights, others, strict=True)]
    low, high = (chance_of(_quantile(parts, share)) for share in (OUTSIDE, 1 - OUTSIDE))
    return Estimate(
        estimate.probability, min(low, estimate.probability), max(high, estimate.probability), at_edge=estimate.at_edge
    )


def _spread(estimate: Estimate) -> float:
    """Standard error on the scale of log-odds, on which intervals are symmetric."""
    return max((log_odds(estimate.high) - log_odds(estimate.low)) / (2 * COVERAGE_Z), 1e-9)


def _quantile(parts: Sequence[tuple[float, NormalDist]], share: float) -> float:
    """The log-odds below which a share of a mixture of normal distributions lies. Args: parts: each with its weight."""
    low = min(one.mean - 9 * one.stdev for _, one in parts)
    high = max(one.mean + 9 * one.stdev for _, one in parts)
    for _ in range(STEPS):
        middle = (low + high) / 2
        below = sum(weight * one.cdf(middle) for weight, one in parts)
        low, high = (middle, high) if below < share else (low, middle)
    return (low + high) / 2
