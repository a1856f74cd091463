"""Figures derived from a card and its out-of-fold table without a new measurement: counts, shares, predictive values."""

from dataclasses import dataclass

import pandas as pd

from adcore.evaluation.card.certificate import tested_by_fold
from adcore.evaluation.cases.classified import Classified, Kind
from adcore.model.card import ModelCard
from adcore.statistics.intervals import Interval, share

IMAGE_MARKS, MMSE_MARK = ("nWBV", "eTIV", "pixels", "slices"), "MMSE"


@dataclass(frozen=True)
class PredictiveValues:
    """Positive and negative predictive value."""

    positive: Interval | None
    negative: Interval | None


def predictive_values(counts: dict[str, int]) -> PredictiveValues:
    """Predictive values among the card's participants, from one of its confusion matrices; None without such answers."""
    positive_calls = counts["true_positive"] + counts["false_positive"]
    negative_calls = counts["true_negative"] + counts["false_negative"]
    return PredictiveValues(
        share(counts["true_positive"], positive_calls) if positive_calls else None,
        share(counts["true_negative"], negative_calls) if negative_calls else None,
    )


def values_at_prevalence(sensitivity: Interval, specificity: Interval, prevalence: float) -> PredictiveValues:
    """Predictive values at another prevalence, from 0 to 1 exclusive (Bayes).

    The interval spans both ends of both intervals, so it is wider than a 95% one.
    """
    rates = [(getattr(sensitivity, end), getattr(specificity, end)) for end in ("value", "low", "high")]
    positive = [_bayes(found * prevalence, (1 - cleared) * (1 - prevalence)) for found, cleared in rates]
    negative = [_bayes(cleared * (1 - prevalence), (1 - found) * prevalence) for found, cleared in rates]
    return PredictiveValues(Interval(*positive), Interval(*negative))


@dataclass(frozen=True)
class DecidedAnswers:
    """Performance of the verbal answers, with inconclusive ones counted as neither.

    Attributes:
        participants: with a label and a probability; `decided` of them have a verbal answer.
        impaired: sensitivity and specificity of the answer 'impaired'.
        unimpaired: the same of any answer but 'unimpaired': positives without it, negatives with it.
    """

    participants: int
    decided: int
    impaired: tuple[Interval, Interval]
    unimpaired: tuple[Interval, Interval]

    def at_prevalence(self, prevalence: float) -> PredictiveValues:
        """Predictive values of the verbal answers at another prevalence."""
        return PredictiveValues(
            values_at_prevalence(*self.impaired, prevalence).positive, values_at_prevalence(*self.unimpaired, prevalence).negative
        )


def decided_answers(classified: Classified) -> DecidedAnswers | None:
    """Count the verbal answers of classified cases; None where a class is missing.

    Args:
        classified: by one branch; cases without a label are left out.
    """
    known = classified.table[classified.table["label"].notna() & classified.table["chance"].notna()]
    truth, decided = known["label"] == 1, ~known[Kind.INCONCLUSIVE.value].astype(bool)
    if truth.all() or not truth.any():
        return None
    above = known["chance"] >= classified.threshold
    positives, negatives = int(truth.sum()), int((~truth).sum())
    true_positives, false_positives = int((decided & above & truth).sum()), int((decided & above & ~truth).sum())
    false_negatives, true_negatives = int((decided & ~above & truth).sum()), int((decided & ~above & ~truth).sum())
    return DecidedAnswers(
        participants=len(known),
        decided=int(decided.sum()),
        impaired=(share(true_positives, positives), share(negatives - false_positives, negatives)),
        unimpaired=(share(positives - false_negatives, positives), share(true_negatives, negatives)),
    )


def fold_counts(folds: pd.DataFrame) -> pd.DataFrame:
    """Test participants in each fold, unimpaired and impaired, indexed by fold.

    Args:
        folds: one row per participant, fold and label.
    """
    impaired = folds.groupby("fold")["label"].sum().astype(int)
    return pd.DataFrame({"unimpaired": folds["fold"].value_counts() - impaired, "impaired": impaired}).sort_index()


def sides_agree(card: ModelCard, folds: pd.DataFrame) -> bool:
    """Whether the folds' test participants match the hashes on the card, each tested once."""
    hashes = {tested.sha256 for tested in tested_by_fold(folds).values()}
    kept = {split.get("test") for split in card.splits}
    return not folds["subject"].duplicated().any() and bool(kept) and hashes == kept


def baselines_beside(card: ModelCard, inputs: str) -> list[str]:
    """Names of the simple models that use about the same information as the networks with these inputs."""

    def belongs(name: str) -> str:
        if MMSE_MARK in name:
            return "all"
        return "images" if any(mark in name for mark in IMAGE_MARKS) else "no_mmse"

    return [name for name in card.baselines if belongs(name) == inputs]


def _bayes(true: float, false: float) -> float:
    return true / (true + false) if true + false else 0.0
