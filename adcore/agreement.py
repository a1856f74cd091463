"""How far the parts of the model agree on one person, in a number and a sentence."""

from dataclasses import dataclass

from adcore.branches import Branch
from adcore.calibration import Estimate


@dataclass(frozen=True)
class BranchAgreement:
    """The branches beside each other.

    Attributes:
        gap: widest distance between two branches' probabilities, 0 to 1.
        lowest, highest: the branches with the least and the greatest probability.
        same_side: whether all lie on one side of the threshold.
        sentence: the same in words.
    """

    gap: float
    lowest: Branch
    highest: Branch
    same_side: bool
    sentence: str


def agreement(branches: dict[Branch, Estimate | None], threshold: float) -> BranchAgreement | None:
    """Hold the branches that had an input against each other; None where there are fewer than two.

    Args:
        branches, threshold: of a prediction.
    """
    known = {branch: estimate.probability for branch, estimate in branches.items() if estimate is not None}
    if len(known) < 2:
        return None
    lowest, highest = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    gap = known[highest] - known[lowest]
    above = [branch for branch, probability in known.items() if probability >= threshold]
    same_side = len(above) in (0, len(known))
    return BranchAgreement(gap, lowest, highest, same_side, _sentence(known, above, gap, threshold))


def _sentence(known: dict[Branch, float], above: list[Branch], gap: float, threshold: float) -> str:
    apart = f"the widest gap between two of them is {100 * gap:.0f} points"
    if len(above) in (0, len(known)):
        side = "at or above" if above else "below"
        return f"Each by itself, {_listed(list(known))} lie {side} the threshold of {threshold:.0%}; {apart}."
    below = [branch for branch in known if branch not in above]
    return (
        f"The parts disagree: {_listed(above)} {_verb(above)} at or above the threshold of {threshold:.0%}, "
        f"{_listed(below)} below it; {apart}."
    )


def _listed(branches: list[Branch]) -> str:
    names = [branch.label if branch is not Branch.CLINICAL else "the clinical fields" for branch in branches]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(branches: list[Branch]) -> str:
    return "lies" if len(branches) == 1 and branches[0] is not Branch.CLINICAL else "lie"
