"""An answer in sentences: the range of its category, how far the branches agree, and what could resolve an inconclusive one.

Never a treatment, never more than the card's own numbers support.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.answer.prediction import Branch, Category, Prediction, compared
from adcore.answer.prediction import agreement as branches_compared
from adcore.case.check import Check
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.case.reason import AbstentionCode, CheckCode
from adcore.model.card import ModelCard
from adcore.model.card_schema import MetricInterval
from adcore.words import percent, points

IMAGE_CHECKS = (CheckCode.SLICE_SPACING, CheckCode.SHARPNESS, CheckCode.NOISE)
NARROWLY = 0.8
"""Share of these checks' limits from which on a better scan is suggested; set by judgement."""


@dataclass(frozen=True)
class WordRange:
    """The probabilities that may get a category; others never do.

    Attributes:
        low, high: from 0 to 1.
    """

    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.low:.0f} to {percent(self.high)}"


def word_range(category: Category, card: ModelCard, inputs: str) -> WordRange | None:
    """Which probabilities get a category, by the card's conformal limits; other abstention reasons can still withhold it.

    Args:
        inputs: as predict.inputs_of names them.
    Returns:
        for "inconclusive", the probabilities that are always so; None where there are none, and where the card has no limits,
        since the interval then decides.
    """
    limits = card.conformal.get(inputs)
    if limits is None:
        return None
    unimpaired_to = min(limits.impaired_from, limits.unimpaired_to, card.threshold)
    impaired_from = max(limits.impaired_from, limits.unimpaired_to, card.threshold)
    match category:
        case Category.UNIMPAIRED:
            return WordRange(0.0, unimpaired_to)
        case Category.IMPAIRED:
            return WordRange(impaired_from, 1.0)
        case _:
            return WordRange(unimpaired_to, impaired_from) if unimpaired_to < impaired_from else None


def agreement(prediction: Prediction) -> str:
    """How far apart the branches lie, and on which side of the threshold, in one sentence with numbers."""
    known = {branch: estimate.probability for branch, estimate in compared(prediction.branches).items()}
    named = ", ".join(f"{branch.label} {points(probability)}%" for branch, probability in known.items())
    between = branches_compared(prediction.branches, prediction.threshold)
    if not known:
        return "No branch of the model gives a probability of its own."
    if between is None:
        alone = "gives a probability" if prediction.silent else "had an input"
        return f"Only one branch of the model {alone}: {named}."
    above = sum(probability >= prediction.threshold for probability in known.values())
    line, gap = f"the threshold of {percent(prediction.threshold)}", f"{100 * between.gap:.0f} points apart"
    if between.same_side:
        side = "above" if above else "below"
        return f"The {_count(len(known))} branches agree: all lie {side} {line}, at most {gap} ({named})."
    if between.disagree:
        return f"The branches disagree: {above} of {len(known)} lie above {line}, and they are up to {gap} ({named})."
    return f"{above} of {len(known)} branches lie above {line}, up to {gap}, which does not count as disagreement ({named})."


def what_would_help(card: ModelCard, prediction: Prediction, record: ClinicalRecord, checks: Sequence[Check]) -> tuple[str, ...]:
    """What could turn an inconclusive answer into a clear one; empty where the answer is clear."""
    if prediction.category is not Category.INCONCLUSIVE:
        return ()
    youngest, oldest = card.age_years
    if record.age_years is not None and not youngest <= record.age_years <= oldest:
        return (f"No further input: outside the ages of {youngest:.0f} to {oldest:.0f} years the answer stays inconclusive.",)
    suggestions = (
        _confirmation(prediction),
        _age(record),
        _mmse(card, record),
        _other_fields(card, record),
        _narrow_checks(checks),
        "A later scan of the same patient: change over time can show what a single scan can't.",
    )
    return tuple(sentence for sentence in suggestions if sentence is not None)


def _confirmation(prediction: Prediction) -> str | None:
    if all(reason.code is not AbstentionCode.HEADER_DIFFERS for reason in prediction.reasons):
        return None
    return "Age and sex corrected or confirmed: they differ from what the scan's header states."


def _age(record: ClinicalRecord) -> str | None:
    return "The age: without it the answer is always inconclusive." if record.age_years is None else None


def _mmse(card: ModelCard, record: ClinicalRecord) -> str | None:
    if record.knows_mmse:
        return None
    without, with_it = _auc(card, "no_mmse", "fused"), _auc(card, "all", "fused")
    if without is None or with_it is None:
        return "An MMSE."
    return f"An MMSE: out of fold the model's AUC is {with_it.value:.2f} with one, {without.value:.2f} without."


def _auc(card: ModelCard, inputs: str, branch: str) -> MetricInterval | None:
    return card.metrics.get(inputs, {}).get(branch, {}).get("auc")


def _other_fields(card: ModelCard, record: ClinicalRecord) -> str | None:
    named = [spec.label.lower() for spec in FIELDS if spec.name in record.unknown and spec.name not in ("age_years", "mmse")]
    if not named:
        return None
    alone = _auc(card, "no_mmse", Branch.CLINICAL.value)
    worth = f" Without MMSE, all clinical fields together reach an AUC of {alone.value:.2f}." if alone else ""
    return f"The fields that are unknown: {', '.join(named)}.{worth}"


def _narrow_checks(checks: Sequence[Check]) -> str | None:
    narrow = [check for check in checks if check.code in IMAGE_CHECKS and check.value >= NARROWLY * check.threshold]
    if not narrow:
        return None
    named = ", ".join(f"{check.name} {check.value:.3g} of at most {check.threshold:.3g} {check.unit}" for check in narrow)
    return f"A better scan: this one passes, but narrowly ({named})."


def _count(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))
