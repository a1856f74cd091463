"""An answer in sentences: what its word covers, how far the parts of the model agree, and what would help where it is undecided.

Never a treatment, never more than the card's own numbers say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.answer.prediction import Branch, Category, Prediction
from adcore.answer.prediction import agreement as branches_apart
from adcore.case.check import Check
from adcore.case.clinical import FIELDS, ClinicalRecord
from adcore.model.card import ModelCard
from adcore.model.card_schema import MetricInterval
from adcore.words import percent, points

IMAGE_CHECKS = ("slice spacing", "sharpness", "noise")
NARROWLY = 0.8
"""Of these checks, the share of the limit from which on a better image is named as a help; set by judgement."""


@dataclass(frozen=True)
class WordRange:
    """The probabilities that may carry a word; others never do.

    Attributes:
        low, high: from 0 to 1.
    """

    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.low:.0f} to {percent(self.high)}"


def word_range(category: Category, card: ModelCard, inputs: str) -> WordRange | None:
    """Which probabilities carry a word, by the card's conformal limits; doubts beyond them can still withhold it.

    Args:
        inputs: as predict.inputs_of names them.
    Returns:
        for "inconclusive", the probabilities that are so whatever else holds; None where there are none, and where the card
        has no limits, since then the interval decides.
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
    known = {branch: estimate.probability for branch, estimate in prediction.branches.items() if estimate is not None}
    named = ", ".join(f"{branch.label} {points(chance)}%" for branch, chance in known.items())
    found = branches_apart(prediction.branches, prediction.threshold)
    if found is None:
        return f"Only one part of the model had something to judge by: {named}."
    above = sum(chance >= prediction.threshold for chance in known.values())
    line, gap = f"the threshold of {percent(prediction.threshold)}", f"{100 * found.gap:.0f} points apart"
    if found.same_side:
        side = "above" if above else "below"
        return f"The {_count(len(known))} parts agree: all lie {side} {line}, at most {gap} ({named})."
    return f"The parts do not agree: {above} of {len(known)} lie above {line}, and they are up to {gap} ({named})."


def what_would_help(card: ModelCard, prediction: Prediction, record: ClinicalRecord, checks: Sequence[Check]) -> tuple[str, ...]:
    """What could lead from an inconclusive answer to a clear one; empty where the answer is clear."""
    if prediction.category is not Category.INCONCLUSIVE:
        return ()
    youngest, oldest = card.age_years
    if record.age_years is not None and not youngest <= record.age_years <= oldest:
        return (
            f"Nothing that could be added here: for people outside {youngest:.0f} to {oldest:.0f} years it stays inconclusive.",
        )
    found = (
        _age(record),
        _mmse(card, record),
        _other_fields(card, record),
        _disagreement(prediction),
        _narrow_checks(checks),
        "A later scan of the same person: change over time can show what one scan can't.",
    )
    return tuple(sentence for sentence in found if sentence is not None)


def _age(record: ClinicalRecord) -> str | None:
    return "The age: without it there is no verbal answer." if record.age_years is None else None


def _mmse(card: ModelCard, record: ClinicalRecord) -> str | None:
    if record.mmse is not None:
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
    worth = f" Without MMSE, all fields together reach an AUC of {alone.value:.2f} by themselves." if alone else ""
    return f"What is unknown besides: {', '.join(named)}.{worth}"


def _disagreement(prediction: Prediction) -> str | None:
    clinical = prediction.branches[Branch.CLINICAL]
    images = [estimate for branch, estimate in prediction.branches.items() if estimate and branch is not Branch.CLINICAL]
    if clinical is None or not images:
        return None
    sides = {estimate.probability >= prediction.threshold for estimate in images}
    if sides != {clinical.probability < prediction.threshold}:
        return None
    return "Scan and fields point opposite ways: see whether every field is typed as meant, and the scan is this person's."


def _narrow_checks(checks: Sequence[Check]) -> str | None:
    narrow = [check for check in checks if check.name in IMAGE_CHECKS and check.value >= NARROWLY * check.threshold]
    if not narrow:
        return None
    named = ", ".join(f"{check.name} {check.value:.3g} of at most {check.threshold:.3g} {check.unit}" for check in narrow)
    return f"A better scan: this one passes, but narrowly ({named})."


def _count(number: int) -> str:
    return {2: "two", 3: "three"}.get(number, str(number))
