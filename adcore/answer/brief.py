"""What an answer rests on, in one line with the branches' own probabilities; whole sentences are in its reasons."""

from collections.abc import Mapping

from adcore.answer.prediction import Branch, Prediction, compared
from adcore.case.reason import AbstentionCode
from adcore.model.calibration import Estimate
from adcore.words import percent, points

FIXED = {
    AbstentionCode.HEADER_DIFFERS: "Age or sex differ from the scan's header: correct or confirm them.",
    AbstentionCode.AGE_UNKNOWN: "The age is unknown.",
    AbstentionCode.WIDE_VENTRICLES: "The ventricles are too wide for their age to say 'likely unimpaired'.",
}
"""Reasons that do not depend on what the branches say."""

Sides = Mapping[Branch, Estimate]
"""Branches that speak for the same side, or all that gave a probability."""


def in_brief(prediction: Prediction) -> str:
    """Why the answer is inconclusive, or what its category rests on: 'The scan speaks for impairment (ResNet50 90%), ...'."""
    known = {branch: estimate for branch, estimate in prediction.branches.items() if estimate is not None}
    reason = prediction.reasons[0].code if prediction.reasons else None
    if reason in FIXED:
        return FIXED[AbstentionCode(reason)]
    speaks_for = {branch: estimate for branch, estimate in known.items() if estimate.probability >= prediction.threshold}
    against = {branch: estimate for branch, estimate in known.items() if branch not in speaks_for}
    if reason is not None and not (compared(dict(speaks_for)) and compared(dict(against))):
        return _undecided(AbstentionCode(reason), prediction)
    if speaks_for and against:
        return _opposed(speaks_for, against, prediction.label.condition)
    return f"All branches point the same way: {_listed(known)}." if len(known) > 1 else f"One branch answers: {_listed(known)}."


def _opposed(speaks_for: Sides, against: Sides, condition: str) -> str:
    """Scan and fields where they stand against each other; otherwise every branch by its side, the greater side first."""
    for side, other, words in ((speaks_for, against, ("for", "against")), (against, speaks_for, ("against", "for"))):
        if list(other) == [Branch.CLINICAL]:
            furthest = max if side is speaks_for else min
            branch = furthest(side, key=lambda each: side[each].probability)
            (fields,) = other.values()
            scan = f"The scan speaks {words[0]} {condition} ({_listed({branch: side[branch]})})"
            return f"{scan}, the fields {words[1]} ({points(fields.probability)}%)."
    first, second = f"For {condition}: {_listed(speaks_for)}", f"against: {_listed(against)}"
    if len(against) > len(speaks_for):
        first, second = f"Against {condition}: {_listed(against)}", f"for: {_listed(speaks_for)}"
    return f"{first}; {second}."


def _listed(known: Sides) -> str:
    """'VGG16 82%, structures 77%, the fields 94%'."""
    return ", ".join(f"{_name(branch)} {points(estimate.probability)}%" for branch, estimate in known.items())


def _undecided(reason: AbstentionCode, prediction: Prediction) -> str:
    if reason is AbstentionCode.NEITHER_LABEL_POSSIBLE:
        return f"Such answers were rare in training, with and without {prediction.label.condition}."
    if reason is AbstentionCode.INTERVAL_INCLUDES_THRESHOLD:
        return f"The 90% interval includes the threshold of {percent(prediction.threshold)}."
    return f"Such answers occurred in training both with and without {prediction.label.condition}."


def _name(branch: Branch) -> str:
    return {Branch.CLINICAL: "the fields", Branch.STRUCTURES: "structures"}.get(branch, branch.label)
