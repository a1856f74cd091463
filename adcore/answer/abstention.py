"""Why a person gets no verbal answer, in sentences for a clinician."""

from adcore.answer.prediction import Branch
from adcore.case.clinical import ClinicalRecord
from adcore.model.calibration import Estimate
from adcore.model.card import ModelCard
from adcore.model.card_schema import ConformalLimits, Possible
from adcore.words import percent, points

STRONG_DISAGREEMENT = 0.5
"""Gap between two branches' probabilities, on either side of the threshold, that leaves no verbal answer; set by judgement."""


def abstention_reasons(
    card: ModelCard, inputs: str, fused: Estimate, branches: dict[Branch, Estimate | None], record: ClinicalRecord
) -> tuple[str, ...]:
    """Every reason to stay undecided; empty where there is none.

    Args:
        inputs: which of the card's conformal limits apply. Where the card has none for them, the interval decides.
        fused: the answer.
        branches: each branch on its own; None where it had no input.
    """
    limits = card.conformal.get(inputs)
    unclear = _interval_reason(fused, card.threshold) if limits is None else _conformal_reason(fused, limits, card.threshold)
    found = (unclear, _age_reason(card, record), _disagreement(branches, card.threshold))
    return tuple(sentence for sentence in found if sentence is not None)


def _interval_reason(fused: Estimate, threshold: float) -> str | None:
    if not fused.low < threshold <= fused.high:
        return None
    interval = f"{points(fused.low)} to {points(fused.high)}%"
    return f"The 90% interval, {interval}, includes the decision threshold of {percent(threshold)}."


def _conformal_reason(fused: Estimate, limits: ConformalLimits, threshold: float) -> str | None:
    possible = limits.possible(fused.probability)
    confidence = f"At the stated {percent(limits.stated)} confidence"
    if possible is Possible.BOTH:
        return (
            f"{confidence} both answers remain possible: among the people this was measured on, probabilities from "
            f"{percent(limits.impaired_from)} to {percent(limits.unimpaired_to)} occurred with and without impairment."
        )
    if possible is Possible.NEITHER:
        return (
            f"{confidence} neither answer fits: among the people this was measured on, probabilities between "
            f"{percent(limits.unimpaired_to)} and {percent(limits.impaired_from)} were rare with and without impairment."
        )
    called = Possible.IMPAIRED if fused.probability >= threshold else Possible.UNIMPAIRED
    if called is possible:
        return None
    side = "above" if called is Possible.IMPAIRED else "below"
    return (
        f"{confidence} only '{possible}' remains possible, but the probability lies {side} the decision threshold of "
        f"{percent(threshold)}."
    )


def _age_reason(card: ModelCard, record: ClinicalRecord) -> str | None:
    youngest, oldest = card.age_years
    trained = f"{youngest:.0f} to {oldest:.0f} years"
    if record.age_years is None:
        return f"The age is unknown; the model was trained on people of {trained}."
    if youngest <= record.age_years <= oldest:
        return None
    return f"The age of {record.age_years:.0f} lies outside the {trained} the model was trained on."


def _disagreement(branches: dict[Branch, Estimate | None], threshold: float) -> str | None:
    known = {branch: estimate for branch, estimate in branches.items() if estimate is not None}
    low, high = (pick(known, key=lambda branch: known[branch].probability) for pick in (min, max))
    apart = known[high].probability - known[low].probability
    if apart < STRONG_DISAGREEMENT or not known[low].high < threshold <= known[high].low:
        return None
    return (
        f"The parts of the model disagree strongly. Each by itself: {low.label} {points(known[low].probability)}%, "
        f"{high.label} {points(known[high].probability)}%."
    )
