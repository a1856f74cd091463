"""Where the networks looked, on the scan's own grid, and how that spreads over the head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.prepare.segmentation.structures import Side


@dataclass(frozen=True)
class RegionSaliency:
    """The share of one network's positive evidence that lies in one region.

    Attributes:
        branch: value of the image branch.
        region: "left hippocampus", "outside the brain", ...
        share: 0 to 1 of the branch's positive evidence.
    """

    branch: str
    region: str
    share: float


@dataclass(frozen=True)
class StructureSaliency:
    """The share of one network's positive evidence in one structure, both sides together.

    Attributes:
        branch: value of the image branch.
        structure: "hippocampus", "outside the brain", ...
        share: 0 to 1 of the branch's positive evidence.
        even: what `share` would be if the evidence were spread evenly over the planes.
        left, right: the parts of `share` on the patient's sides; None where the structure has none.
        asymmetry: (left - right) / (left + right); None likewise.
    """

    branch: str
    structure: str
    share: float
    even: float
    left: float | None
    right: float | None
    asymmetry: float | None

    def on(self, side: Side) -> float:
        """The share on one side; on the midline, that of a structure without sides."""
        share = {Side.LEFT: self.left, Side.RIGHT: self.right, Side.MIDLINE: self.share}[side]
        return share or 0.0


@dataclass(frozen=True)
class QualityCheck:
    """One check of an explanation.

    Attributes:
        name: what was checked.
        branch: value of the image branch; None where it is about both.
        value: what was found.
        limit: where it turns.
        holds: whether value is on the good side of limit.
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
    """Every check that could be made; none where no network found positive evidence."""

    checks: tuple[QualityCheck, ...]

    def __str__(self) -> str:
        """What a badge says."""
        if not self.checks:
            return "Nothing to explain: no positive evidence"
        return f"Explanation: {sum(check.holds for check in self.checks)} of {len(self.checks)} checks hold"


@dataclass(frozen=True, eq=False)
class Explanation:
    """Raw Grad-CAM of both image networks.

    Attributes:
        plane_maps: float32 (N, h, w) at each network's own resolution, raw scale: never rescaled to an image's maximum.
        heatmaps: float32 (I, J, K) on the scan's own grid, the atlas planes where they belong, 0 elsewhere; raw scale.
        display_maximum: the one value that takes the top colour, the same for every patient, from the model's card.
        regions: shares of positive evidence.
        structures: the same by structure, left beside right.
        quality: how far the maps can be relied on.
    """

    slice_maps: dict[Branch, NDArray[np.float32]]
    heatmaps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]
    regions: tuple[RegionSaliency, ...]
    structures: tuple[StructureSaliency, ...]
    quality: Quality

    def structures_of(self, branch: Branch) -> tuple[StructureSaliency, ...]:
        """One network's rows, largest share first; none where nothing speaks for impairment."""
        return tuple(row for row in self.structures if row.branch == branch.value)

    def has_positive_saliency(self, branch: Branch) -> bool:
        """Whether any voxel speaks for impairment; where not, say so instead of drawing a map."""
        return bool((self.heatmaps[branch] > 0).any())
