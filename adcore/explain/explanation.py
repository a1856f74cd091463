"""Saliency of both image networks on the scan's own grid, and its distribution over structures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.prepare.segmentation.structures import Side


class SaliencyMethod(StrEnum):
    """How saliency maps are made."""

    GRADCAM = "gradcam"
    RELATIVE = "relative"
    GRADIENTS = "gradients"

    @property
    def label(self) -> str:
        """As captions name it."""
        return _LABELS[self]

    @property
    def signed(self) -> bool:
        """Whether maps also hold what speaks against impairment, below 0."""
        return self is not SaliencyMethod.GRADCAM


_LABELS = {
    SaliencyMethod.GRADCAM: "raw Grad-CAM",
    SaliencyMethod.RELATIVE: "Grad-CAM relative to unimpaired participants",
    SaliencyMethod.GRADIENTS: "input gradients relative to unimpaired participants",
}


@dataclass(frozen=True)
class RegionSaliency:
    """The share of one network's positive saliency that lies in one region.

    Attributes:
        branch: value of the image branch.
        region: "left hippocampus", "outside the brain", ...
        share: of the branch's positive saliency, 0 to 1.
    """

    branch: str
    region: str
    share: float


@dataclass(frozen=True)
class StructureSaliency:
    """The share of one network's positive saliency in one structure, both sides together.

    Attributes:
        branch: value of the image branch.
        structure: "hippocampus", "outside the brain", ...
        share: of the branch's positive saliency, 0 to 1.
        even: `share` of a uniform map over the slices.
        left, right: `share` by the patient's side; None for structures without sides.
        asymmetry: (left - right) / (left + right); None for structures without sides.
    """

    branch: str
    structure: str
    share: float
    even: float
    left: float | None
    right: float | None
    asymmetry: float | None

    def on(self, side: Side) -> float:
        """The share on one side; for the midline, that of a structure without sides."""
        share = {Side.LEFT: self.left, Side.RIGHT: self.right, Side.MIDLINE: self.share}[side]
        return share or 0.0


@dataclass(frozen=True)
class QualityCheck:
    """One check of the saliency maps.

    Attributes:
        name: of the check.
        branch: value of the image branch; None where it concerns both.
        value: the measurement.
        limit: at which the outcome changes.
        holds: whether the check passes.
        sentence: for the reader.
    """

    name: str
    branch: str | None
    value: float
    limit: float
    holds: bool
    sentence: str


@dataclass(frozen=True)
class Quality:
    """All applicable checks; none where neither network has positive saliency."""

    checks: tuple[QualityCheck, ...]

    @property
    def tested(self) -> bool:
        """Whether a map was tested on the networks' input, which is done on demand."""
        return any(check.name == "deletion moves the answer" for check in self.checks)

    def untold_side(self, branch: Branch) -> str | None:
        """Why the sides of a network's map should not be compared; None where its method tells them, or was not measured."""
        found = (check for check in self.checks if check.name == "planted side found" and check.branch == branch.value)
        return next((check.sentence for check in found if not check.holds), None)

    def __str__(self) -> str:
        """Text of a badge."""
        if not self.checks:
            return "Nothing to explain: no positive saliency"
        return f"Explanation: {sum(check.holds for check in self.checks)} of {len(self.checks)} checks hold"


@dataclass(frozen=True, eq=False)
class Explanation:
    """Saliency maps of both image networks.

    Attributes:
        slice_maps: float32 (N, h, w) at each network's own resolution, raw scale: never rescaled to an image's maximum. Above 0
            for impairment; below 0 against it, where the method is signed.
        heatmaps: float32 (I, J, K) on the scan's own grid, 0 away from the coronal slices; raw scale.
        display_maximum: the value of the top colour, the same for every patient, from the model's card.
        regions: shares of positive saliency.
        structures: the same by structure, left beside right.
        quality: how reliable the maps are.
        method: of the maps.
        withheld: by branch, why its map is not shown; such a map is 0 everywhere.
    """

    slice_maps: dict[Branch, NDArray[np.float32]]
    heatmaps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]
    regions: tuple[RegionSaliency, ...]
    structures: tuple[StructureSaliency, ...]
    quality: Quality
    method: SaliencyMethod = SaliencyMethod.GRADCAM
    withheld: dict[Branch, str] = field(default_factory=dict)

    def structures_of(self, branch: Branch) -> tuple[StructureSaliency, ...]:
        """One network's rows, largest share first; none without positive saliency."""
        return tuple(row for row in self.structures if row.branch == branch.value)

    def has_positive_saliency(self, branch: Branch) -> bool:
        """Whether any voxel has positive saliency; otherwise a sentence takes the place of the map."""
        return bool((self.heatmaps[branch] > 0).any())

    def why_empty(self, branch: Branch) -> str:
        """The same in a few words."""
        return "map withheld" if branch in self.withheld else "no positive saliency"

    def nothing_to_draw(self, branch: Branch) -> str:
        """Why a network has no map to look at, as a sentence; empty where it has one."""
        if branch in self.withheld:
            return f"{self.withheld[branch]} So no map of {branch.label} is shown."
        return "" if self.has_map(branch) else f"{branch.label}: no positive saliency in this scan, so there is nothing to draw."

    def strongest_slice(self, branches: Sequence[Branch] = IMAGE_BRANCHES) -> int:
        """The slice with the most saliency, for or against, each network by its scale; else the middle one."""
        sums = sum(np.abs(self.slice_maps[branch]).mean(axis=(1, 2)) / self.display_maximum[branch] for branch in branches)
        return int(np.argmax(sums)) if np.any(sums) else len(self.slice_maps[branches[0]]) // 2

    def has_map(self, branch: Branch) -> bool:
        """Whether there is anything to draw, for impairment or, where the method is signed, against it."""
        return bool(self.heatmaps[branch].any()) if self.method.signed else self.has_positive_saliency(branch)
