"""Structure labels for the viewer, on their own coarse grid, and the transform from the scan's voxels to it."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.viewer.grid import Grid


@dataclass(frozen=True, eq=False)
class Structures:
    """Labels of one scan.

    Attributes:
        labels: uint8 (X, Y, Z), classes of adcore.prepare.segmentation.structures.
        from_voxels: (4, 4), the scan's voxel indices to those of the labels' grid.
    """

    labels: NDArray[np.uint8]
    from_voxels: NDArray[np.float64]

    @classmethod
    def of(cls, prepared: PreparedScan) -> "Structures":
        """The labels of a prepared scan as segmented: nothing is resampled."""
        return cls(prepared.segmentation.labels, np.linalg.inv(grid_affine()) @ prepared.voxels_to_atlas)

    def described(self, grid: Grid) -> dict[str, Any]:
        """For the payload's header; `boxes` has each label's extent along the display axes in voxels, or None."""
        to_labels = self.from_voxels @ grid.to_file
        names = [(OUTSIDE_NAME, OUTSIDE_NAME), *((each.name, each.kind) for each in STRUCTURES)]
        return {
            "dim": self.labels.shape,
            "to_labels": to_labels.tolist(),
            "names": [{"name": name, "structure": structure} for name, structure in names],
            "boxes": self._boxes(grid, np.linalg.inv(to_labels)),
        }

    def _boxes(self, grid: Grid, to_display: NDArray[np.floating]) -> list[list[list[float]] | None]:
        places = [None, *find_objects(self.labels, max_label=len(STRUCTURES))]
        return [self._box(grid, to_display, place) if place else None for place in places]

    @staticmethod
    def _box(grid: Grid, to_display: NDArray[np.floating], place: tuple[slice, ...]) -> list[list[float]]:
        ends = [(axis.start - 1, axis.stop) for axis in place]  # a contour runs around its structure
        corners = apply_affine(to_display, np.array(list(product(*ends))))
        low_high = np.stack([corners.min(axis=0), corners.max(axis=0)], axis=1)
        box: list[list[float]] = np.clip(low_high, 0, np.array(grid.shape)[:, None] - 1).tolist()
        return box
