"""The viewer's table: each network's positive saliency by structure, with its volume and a voxel to jump to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain.explanation import StructureSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.explain.sides import ranked
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import STRUCTURES, Side, Structure
from adcore.viewer.grid import Grid
from adcore.viewer.structures import Structures


@dataclass(frozen=True)
class Region:
    """One structure on one side.

    Attributes:
        label: its class of adcore.prepare.segmentation.structures.
        voxel: of the scan, the one of the structure nearest to its centroid.
        ml: its volume, millilitres.
        shares: of each network's positive saliency, by branch.
    """

    structure: Structure
    label: int
    voxel: tuple[int, int, int]
    ml: float
    shares: Mapping[str, float]


@dataclass(frozen=True)
class RegionTable:
    """All segmented structures, by largest saliency first.

    Attributes:
        outside: share of each network's positive saliency outside the brain, by branch; None without positive saliency.
    """

    regions: tuple[Region, ...]
    outside: Mapping[str, float | None]

    def described(self, grid: Grid) -> dict[str, Any]:
        """For the payload's header: the structures of one kind, left and right, together."""
        kinds: dict[str, list[dict[str, Any]]] = {}
        for region in self.regions:
            kinds.setdefault(region.structure.kind, []).append(
                {
                    "side": region.structure.side.value,
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
            "kinds": [{"kind": kind, "structures": structures} for kind, structures in kinds.items()],
        }


def region_table(analysis: Analysis) -> RegionTable | None:
    """The table of one case; None for a refused scan."""
    explanation = analysis.explanation
    if explanation is None:
        return None
    saliency = {branch.value: {row.structure: row for row in explanation.structures_of(branch)} for branch in IMAGE_BRANCHES}
    structures = Structures.of(analysis.prepared)
    candidates = (_region(label, each, analysis.prepared, structures, saliency) for label, each in enumerate(STRUCTURES, start=1))
    order = {structure: place for place, structure in enumerate(ranked(explanation.structures))}
    present = (region for region in candidates if region)
    regions = sorted(present, key=lambda region: order.get(region.structure.kind, len(order)))
    outside = {branch: _share(rows, OUTSIDE_NAME, Side.MIDLINE) if rows else None for branch, rows in saliency.items()}
    return RegionTable(tuple(regions), outside)


def _region(
    label: int,
    structure: Structure,
    prepared: PreparedScan,
    structures: Structures,
    saliency: Mapping[str, Mapping[str, StructureSaliency]],
) -> Region | None:
    places = np.argwhere(structures.labels == label)
    if not len(places):
        return None
    middle = places[((places - places.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return Region(
        structure,
        label,
        _inside(apply_affine(np.linalg.inv(structures.from_voxels), middle), prepared.scan.voxels.shape),
        prepared.volume_ml((label,)),
        {branch: _share(rows, structure.kind, structure.side) for branch, rows in saliency.items() if rows},
    )


def _share(rows: Mapping[str, StructureSaliency], structure: str, side: Side) -> float:
    return rows[structure].on(side) if structure in rows else 0.0


def _inside(place: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The nearest voxel of the scan."""
    i, j, k = np.clip(np.rint(place).astype(int), 0, np.array(shape) - 1)
    return int(i), int(j), int(k)
