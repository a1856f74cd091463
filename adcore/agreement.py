"""How far the parts of the model agree on one person, in numbers."""

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
    """

    gap: float
    lowest: Branch
    highest: Branch
    same_side: bool


def agreement(branches: dict[Branch, Estimate | None], threshold: float) -> BranchAgreement | None:
    """Hold the branches that had an input against each other; None where there are fewer than two.

    Args:
        branches, threshold: of a prediction.
    """
    known = {branch: estimate.probability for branch, estimate in branches.items() if estimate is not None}
    if len(known) < 2:
        return None
    lowest, highest = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    same_side = (known[lowest] >= threshold) == (known[highest] >= threshold)
    return BranchAgreement(known[highest] - known[lowest], lowest, highest, same_side)
