"""What a model says of one person: every probability, and the verbal answer or why there is none."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adcore.model.calibration import Estimate


class Branch(StrEnum):
    """A branch of the late fusion."""

    VGG16 = "vgg16"
    RESNET50 = "resnet50"
    CLINICAL = "clinical"

    @property
    def label(self) -> str:
        """What the reader sees."""
        return {"vgg16": "VGG16", "resnet50": "ResNet50", "clinical": "Clinical fields"}[self.value]


IMAGE_BRANCHES = (Branch.VGG16, Branch.RESNET50)


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


class Category(StrEnum):
    """The verbal answer."""

    UNIMPAIRED = "likely unimpaired"
    IMPAIRED = "likely impaired"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, eq=False)
class Answer:
    """What the model says of a scan with one set of clinical fields.

    Attributes:
        fused: the answer of the late fusion.
        branches: each branch on its own; None where it had no input.
        category: the verbal answer, and `reasons` why it is inconclusive (empty otherwise).
    """

    fused: Estimate
    branches: dict[Branch, Estimate | None]
    category: Category
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prediction(Answer):
    """Everything the model says of one person.

    Attributes:
        without_mmse: the fused answer with MMSE withheld; None where MMSE is unknown anyway.
        threshold: the probability at and above which people count as impaired.
        scan_alone: the fused answer with every field withheld; None without a scan.
        attention: for each image branch, (N,) weights over the planes that sum to 1; empty without a scan.
    """

    without_mmse: Estimate | None
    threshold: float
    attention: dict[Branch, NDArray[np.float32]]
    model_name: str
    weights_sha256: str
    scan_alone: Estimate | None = None
