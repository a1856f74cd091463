"""Conformal limits on the fused probability, and their coverage."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.model.calibration import fit_calibration
from adcore.model.card_schema import ConformalLimits, Coverage, MetricInterval, Possible
from adcore.statistics.cross_validation import fused_columns
from adcore.statistics.intervals import as_metric, share
from adcore.statistics.metrics import Chances, Labels

STATED = 0.9

CONFORMAL_ORIGIN = (
    "Class-conditional split-conformal limits (Vovk 2005; Romano, Sesia and Candes 2020; Angelopoulos and Bates 2023) on the "
    "shipped fused probability: in each class, the ceil((n + 1) * 0.9)-th least surprising of its n out-of-fold participants "
    "sets the limit. The logits come from the folds' networks, not from the shipped one, so the guarantee holds as far as "
    "these behave alike."
)
COVERAGE_ORIGIN = (
    "Out of fold: calibration and limits come from the other folds, and each fold's own participants are counted. Wilson's 95% "
    "intervals. Decided: exactly one answer stays possible, and the threshold gives the same one."
)


def conformal_limits(labels: Labels, chances: Chances, stated: float = STATED) -> ConformalLimits:
    """Limits from participants with known labels.

    A class with too few participants for the stated coverage (fewer than 9 at 90%) rules nothing out.

    Args:
        labels: (S,) impaired or not.
        chances: (S,) calibrated probabilities from models that never saw the participant.
    """
    return ConformalLimits(
        stated=stated,
        impaired_from=-_limit(-chances[labels], stated, 0.0),
        unimpaired_to=_limit(chances[~labels], stated, 1.0),
        impaired_participants=int(labels.sum()),
        unimpaired_participants=int((~labels).sum()),
    )


def _limit(surprise: Chances, stated: float, unlimited: float) -> float:
    """The ceil((n + 1) * stated)-th smallest of n values; `unlimited` where n is too small for that."""
    rank = math.ceil((len(surprise) + 1) * stated - 1e-9)  # 9 participants at 90% are rank 9, not 10 by a rounding error
    return unlimited if rank > len(surprise) else float(np.sort(surprise)[rank - 1])


def shipped_limits(folds: pd.DataFrame) -> dict[str, ConformalLimits]:
    """By inputs: limits on the scale of the calibration that ships, from all out-of-fold logits of the fused branch."""
    labels = folds["label"].to_numpy() == 1
    return {
        inputs: conformal_limits(labels, _calibrated(folds, folds, column)) for inputs, column in fused_columns(folds).items()
    }


def coverage_out_of_fold(folds: pd.DataFrame, threshold: float) -> dict[str, Coverage]:
    """Coverage by inputs: limits from the other folds applied to each fold's participants."""
    return {inputs: _out_of_fold(folds, column, threshold) for inputs, column in fused_columns(folds).items()}


def coverage_of(limits: ConformalLimits, labels: Labels, chances: Chances, threshold: float) -> Coverage:
    """Coverage of given limits on participants who took no part in setting them."""
    return _count(labels, _answers(limits, chances), answers_at(chances, threshold))


def possible_out_of_fold(folds: pd.DataFrame, column: str) -> tuple[NDArray[np.object_], Chances]:
    """The answers that limits leave possible for each participant, with calibration and limits from the other folds.

    Args:
        column: of logits.
    Returns:
        Possible (S,), and the calibrated probabilities (S,).
    """
    labels = folds["label"].to_numpy() == 1
    possible, chances = np.empty(len(folds), dtype=object), np.empty(len(folds))
    for fold in folds["fold"].unique():
        here = (folds["fold"] == fold).to_numpy()
        others = folds[~here]
        limits = conformal_limits(labels[~here], _calibrated(others, others, column))
        chances[here] = _calibrated(others, folds[here], column)
        possible[here] = _answers(limits, chances[here])
    return possible, chances


def answers_at(chances: Chances, threshold: float) -> NDArray[np.object_]:
    """The answer (S,) that the threshold gives; a participant is decided where it alone stays possible."""
    return np.where(chances >= threshold, Possible.IMPAIRED, Possible.UNIMPAIRED).astype(object)


def _out_of_fold(folds: pd.DataFrame, column: str, threshold: float) -> Coverage:
    possible, chances = possible_out_of_fold(folds, column)
    return _count(folds["label"].to_numpy() == 1, possible, answers_at(chances, threshold))


def _answers(limits: ConformalLimits, chances: Chances) -> NDArray[np.object_]:
    return np.array([limits.possible(chance) for chance in chances], dtype=object)


def _count(labels: Labels, possible: NDArray[np.object_], answers: NDArray[np.object_]) -> Coverage:
    """Args: labels (S,); the remaining answers and the one that the threshold gives, (S,) of Possible."""
    truth = np.where(labels, Possible.IMPAIRED, Possible.UNIMPAIRED).astype(object)
    kept = (possible == truth) | (possible == Possible.BOTH)
    decided = possible == answers
    return Coverage(
        stated=STATED,
        participants=len(labels),
        both=int((possible == Possible.BOTH).sum()),
        neither=int((possible == Possible.NEITHER).sum()),
        overall=_share(kept),
        impaired=_share(kept[labels]),
        unimpaired=_share(kept[~labels]),
        decided=_share(decided),
        accuracy_decided=_share((possible == truth)[decided]) if decided.any() else None,
    )


def _share(flags: NDArray[np.bool_]) -> MetricInterval:
    return as_metric(share(int(flags.sum()), len(flags)))


def _calibrated(fitted_on: pd.DataFrame, classified: pd.DataFrame, column: str) -> Chances:
    calibration = fit_calibration(fitted_on[column].to_numpy(), fitted_on["label"].to_numpy() == 1)
    return np.array([calibration.estimate(logit).probability for logit in classified[column]])
