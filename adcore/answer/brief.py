"""What an answer rests on, in one line with the branches' own probabilities; whole sentences are in its reasons."""

from adcore.answer.prediction import Branch, Prediction, agreement
from adcore.case.reason import AbstentionCode
from adcore.model.calibration import Estimate
from adcore.words import percent, points

FIXED = {
    AbstentionCode.HEADER_DIFFERS: "Age or sex differ from the scan's header: correct or confirm them.",
    AbstentionCode.AGE_UNKNOWN: "The age is unknown.",
    AbstentionCode.WIDE_VENTRICLES: "The ventricles are too wide for their age to say 'likely unimpaired'.",
}
"""Reasons that do not depend on what the branches say."""


def in_brief(prediction: Prediction) -> str:
    """Why the answer is inconclusive, or what its category rests on: 'The scan speaks for impairment (ResNet50 90%), ...'."""
    known = {branch: estimate for branch, estimate in prediction.branches.items() if estimate is not None}
    reason = prediction.reasons[0].code if prediction.reasons else None
    if reason in FIXED:
        return FIXED[AbstentionCode(reason)]
    opposed = _opposed(known, prediction.threshold)
    if reason is not None:
        return opposed or _undecided(AbstentionCode(reason), prediction)
    named = ", ".join(f"{_name(branch)} {points(estimate.probability)}%" for branch, estimate in known.items())
    return opposed or (f"All branches point the same way: {named}." if len(known) > 1 else f"One branch answers: {named}.")


def _opposed(known: dict[Branch, Estimate], threshold: float) -> str | None:
    """The two branches furthest apart, where they lie on different sides; None where none do."""
    between = agreement(dict(known), threshold)
    if between is None or between.same_side:
        return None
    scan = [estimate.probability >= threshold for branch, estimate in known.items() if branch is not Branch.CLINICAL]
    one, other = between.highest, between.lowest
    if len(set(scan)) == 1:  # the scan's branches are of one mind, so the fields are of the other
        if one is Branch.CLINICAL:
            one, other = other, one
        sides = [f"The scan speaks {_side(known[one], threshold)} ({one.label} {points(known[one].probability)}%)"]
        return f"{sides[0]}, the fields {_side(known[other], threshold, short=True)} ({points(known[other].probability)}%)."
    speaker = "The fields speak" if one is Branch.CLINICAL else f"{one.label} speaks"
    return (
        f"{speaker} {_side(known[one], threshold)} ({points(known[one].probability)}%), "
        f"{_name(other)} {_side(known[other], threshold, short=True)} ({points(known[other].probability)}%)."
    )


def _side(estimate: Estimate, threshold: float, *, short: bool = False) -> str:
    word = "for" if estimate.probability >= threshold else "against"
    return word if short else f"{word} impairment"


def _undecided(reason: AbstentionCode, prediction: Prediction) -> str:
    if reason is AbstentionCode.NEITHER_LABEL_POSSIBLE:
        return "Such answers were rare in training, with and without impairment."
    if reason is AbstentionCode.INTERVAL_INCLUDES_THRESHOLD:
        return f"The 90% interval includes the threshold of {percent(prediction.threshold)}."
    return "Such answers occurred in training both with and without impairment."


def _name(branch: Branch) -> str:
    return "the fields" if branch is Branch.CLINICAL else branch.label
