"""The viewer's table: where each network's positive evidence lies, part by part, with volumes and a place to go to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.branches import IMAGE_BRANCHES
from adcore.display_grid import DisplayGrid
from adcore.explain.explanation import Explanation
from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.structures.parts import PARTS, Part
from app.viewer.structures import Structures


@dataclass(frozen=True)
class Region:
    """One part of the brain.

    Attributes:
        label: its class of adcore.prepare.structures.parts.
        voxel: of the scan, in the part: the one nearest to its middle.
        ml: its volume.
        shares: of each network's positive evidence, by branch.
    """

    part: Part
    label: int
    voxel: tuple[int, int, int]
    ml: float
    shares: Mapping[str, float]


@dataclass(frozen=True)
class RegionTable:
    """All parts that were found, the ones with most evidence first.

    Attributes:
        outside: share of each network's positive evidence outside the brain, by branch; None where there is no evidence.
    """

    regions: tuple[Region, ...]
    outside: Mapping[str, float | None]

    def described(self, grid: DisplayGrid) -> dict[str, Any]:
        """For the payload's header: parts of a structure together."""
        structures: dict[str, list[dict[str, Any]]] = {}
        for region in self.regions:
            structures.setdefault(region.part.structure, []).append(
                {
                    "side": region.part.side.value,
                    "label": region.label,
                    "voxel": grid.voxel_of(region.voxel),
                    "ml": region.ml,
                    "shares": dict(region.shares),
                }
            )
        return {
            "networks": [
                {"name": branch.value, "label": branch.label, "outside": self.outside[branch.value]} for branch in IMAGE_BRANCHES
            ],
            "structures": [{"structure": structure, "parts": parts} for structure, parts in structures.items()],
        }


def region_table(analysis: Analysis) -> RegionTable | None:
    """The table of one case; None where the scan was refused."""
    explanation = analysis.explanation
    if explanation is None:
        return None
    shares = {branch.value: _shares(explanation, branch.value) for branch in IMAGE_BRANCHES}
    structures = Structures.of(analysis.prepared)
    found = (_region(label, part, analysis.prepared, structures, shares) for label, part in enumerate(PARTS, start=1))
    regions = [region for region in found if region]
    most: defaultdict[str, float] = defaultdict(float)
    for region in regions:
        most[region.part.structure] = max(most[region.part.structure], *region.shares.values(), 0.0)
    regions.sort(key=lambda region: -most[region.part.structure])
    outside = {branch: of_parts.get(OUTSIDE_NAME, 0.0) if of_parts else None for branch, of_parts in shares.items()}
    return RegionTable(tuple(regions), outside)


def _shares(explanation: Explanation, branch: str) -> dict[str, float]:
    """Shares of positive evidence by a region's name; empty where nothing speaks for impairment."""
    return {region.region: region.share for region in explanation.regions if region.branch == branch}


def _region(
    label: int, part: Part, prepared: PreparedScan, structures: Structures, shares: Mapping[str, Mapping[str, float]]
) -> Region | None:
    places = np.argwhere(structures.labels == label)
    if not len(places):
        return None
    middle = places[((places - places.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return Region(
        part,
        label,
        _inside(apply_affine(np.linalg.inv(structures.from_voxels), middle), prepared.scan.voxels.shape),
        prepared.volume_ml((label,)),
        {branch: found.get(part.name, 0.0) for branch, found in shares.items() if found},
    )


def _inside(place: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The nearest voxel of the scan."""
    i, j, k = np.clip(np.rint(place).astype(int), 0, np.array(shape) - 1)
    return int(i), int(j), int(k)
