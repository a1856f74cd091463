"""The answer for one patient: every probability, and the category or the reasons why it is inconclusive."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from adcore.case.reason import Reason
from adcore.model.calibration import Estimate
from adcore.model.card_schema import CDR, TargetCard

DISAGREEMENT = 0.5
"""Least gap between two branches' probabilities that counts as disagreement; set by judgement."""


class Branch(StrEnum):
    """A branch of the late fusion."""

    VGG16 = "vgg16"
    RESNET50 = "resnet50"
    STRUCTURES = "structures"
    CLINICAL = "clinical"

    @property
    def label(self) -> str:
        """What the reader sees."""
        return {"vgg16": "VGG16", "resnet50": "ResNet50", "structures": "Structures", "clinical": "Clinical fields"}[self.value]


IMAGE_BRANCHES = (Branch.VGG16, Branch.RESNET50)
"""The networks that read the slices: they have feature maps, so a saliency map and attention over slices as well."""

COMPARED = (Branch.VGG16, Branch.RESNET50, Branch.CLINICAL)
"""Branches whose disagreement is told. Structures are not among them: the networks see what they read, and given everything they
would add 7 notes to 20 out of fold, all 7 beside right answers."""


@dataclass(frozen=True)
class BranchAgreement:
    """The branches compared, COMPARED alone.

    Attributes:
        gap: widest distance between two branches' probabilities, 0 to 1.
        lowest, highest: the branches with the least and the greatest probability.
        same_side: whether all lie on one side of the threshold.
        disagree: whether the lowest and the highest disagree: at least DISAGREEMENT apart, with 90% intervals that lie wholly on
            opposite sides of the threshold. Disagreement means this and nothing else throughout the program.
    """

    gap: float
    lowest: Branch
    highest: Branch
    same_side: bool
    disagree: bool


def agreement(branches: dict[Branch, Estimate | None], threshold: float) -> BranchAgreement | None:
    """Compare the branches that had an input; None where there are fewer than two.

    Args:
        branches, threshold: of a prediction.
    """
    known = compared(branches)
    if len(known) < 2:
        return None
    lowest, highest = (pick(known, key=lambda branch: known[branch].probability) for pick in (min, max))
    low, high = known[lowest], known[highest]
    gap = high.probability - low.probability
    return BranchAgreement(
        gap=gap,
        lowest=lowest,
        highest=highest,
        same_side=(low.probability >= threshold) == (high.probability >= threshold),
        disagree=gap >= DISAGREEMENT and low.high < threshold <= high.low,
    )


def compared(branches: dict[Branch, Estimate | None]) -> dict[Branch, Estimate]:
    """Those of COMPARED that gave a probability."""
    return {branch: estimate for branch, estimate in branches.items() if estimate is not None and branch in COMPARED}


class Category(StrEnum):
    """The answer in words."""

    UNIMPAIRED = "likely unimpaired"
    IMPAIRED = "likely impaired"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, eq=False)
class Answer:
    """The model's output for a scan with one set of clinical fields.

    Attributes:
        fused: the answer of the late fusion.
        branches: each branch alone; None where it had no input, or is silent.
        category: the answer in words, and `reasons` why it is inconclusive (empty otherwise).
        notes: what a reader should know beside the answer; they withhold nothing.
        silent: of each branch that had an input and gives no probability: why, in a sentence.
    """

    fused: Estimate
    branches: dict[Branch, Estimate | None]
    category: Category
    reasons: tuple[Reason, ...]
    notes: tuple[Reason, ...] = field(default=(), kw_only=True)
    silent: dict[Branch, str] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True, eq=False)
class Prediction(Answer):
    """The model's whole output for one patient.

    Attributes:
        without_mmse: the fused answer with MMSE withheld; None where MMSE is unknown anyway, or the model is silent then.
        threshold: the probability at and above which a patient is classified as impaired.
        scan_alone: the fused answer with every field withheld; None without a scan, or where the model is silent then.
        prevalence: of impairment that every probability assumes, as among the training participants; None where the card does not
            say.
        label: what the probabilities are of.
        attention: for each image branch, (N,) weights over the slices that sum to 1; empty without a scan.
    """

    without_mmse: Estimate | None
    threshold: float
    attention: dict[Branch, NDArray[np.float32]]
    model_name: str
    weights_sha256: str
    scan_alone: Estimate | None = None
    prevalence: float | None = None
    label: TargetCard = CDR

    def withheld(self, reason: Reason) -> Self:
        """The same numbers without the word, for one more reason, which comes first."""
        return replace(self, category=Category.INCONCLUSIVE, reasons=(reason, *self.reasons))
