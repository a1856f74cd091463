"""The parts of the brain as the viewer gets them: labels on their own coarse grid, and the way there from the scan's voxels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.structures.network import grid_affine
from adcore.prepare.structures.parts import OUTSIDE, PARTS
from app.viewer.display_grid import DisplayGrid


@dataclass(frozen=True, eq=False)
class Structures:
    """Labels of one head.

    Attributes:
        labels: uint8 (X, Y, Z), classes of adcore.prepare.structures.parts.
        from_voxels: (4, 4), the scan's voxel indices to those of the labels' grid.
    """

    labels: NDArray[np.uint8]
    from_voxels: NDArray[np.float64]

    @classmethod
    def of(cls, prepared: PreparedScan) -> "Structures":
        """The labels of a prepared scan, as the network gave them: nothing is resampled."""
        return cls(prepared.segmentation.labels, np.linalg.inv(grid_affine()) @ prepared.voxels_to_atlas)

    def described(self, grid: DisplayGrid) -> dict[str, Any]:
        """For the payload's header; `box` holds the labels' extent along each display axis, in voxels."""
        to_labels: NDArray[np.float64] = self.from_voxels @ grid.to_file
        names = [(OUTSIDE_NAME, OUTSIDE_NAME), *((part.name, part.structure) for part in PARTS)]
        return {
            "dim": self.labels.shape,
            "to_labels": to_labels.tolist(),
            "names": [{"name": name, "structure": structure} for name, structure in names],
            "box": self._box(grid, to_labels),
        }

    def _box(self, grid: DisplayGrid, to_labels: NDArray[np.float64]) -> list[list[float]]:
        places = np.argwhere(self.labels != OUTSIDE)
        if not len(places):
            return [[0.0, 0.0]] * 3
        low, high = places.min(axis=0) - 1, places.max(axis=0) + 1  # a contour runs around its part
        corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, -1).T
        shown = apply_affine(np.linalg.inv(to_labels), corners)
        low_high = np.stack([shown.min(axis=0), shown.max(axis=0)], axis=1)
        box: list[list[float]] = np.clip(low_high, 0, np.array(grid.shape)[:, None] - 1).tolist()
        return box
