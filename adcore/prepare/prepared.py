"""A scan prepared for the networks, with the transforms between its own grid, the atlas and the slices."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from adcore.case.check import Check
from adcore.case.scan import Scan
from adcore.prepare.config import PreparationConfig
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.segmentation import Segmentation
from adcore.prepare.slices import slice_affine, slice_points
from adcore.prepare.volume import block_between


@dataclass(frozen=True, eq=False)
class PreparedScan:
    """Everything that later stages need from one scan.

    Attributes:
        atlas_to_scan: float64 (4, 4), MNI152 millimetres to the scan's RAS+ millimetres.
        brain_mask: bool (I, J, K), on the scan's own grid, with sulci closed; of a skull-stripped scan, its own outline.
        segmentation: the brain structures, in atlas space.
        slices: float32 (N, H, W), the coronal slices that the networks read; see adcore.prepare.slices.
        slice_structures: uint8 (N, H, W), the structure of each of their pixels.
        already_stripped: the file was skull-stripped, and the mask is its own outline.
        checks: the quality checks of the scan, each with its threshold.
    """

    scan: Scan
    config: PreparationConfig
    atlas_to_scan: NDArray[np.float64]
    brain_mask: NDArray[np.bool_]
    segmentation: Segmentation
    slices: NDArray[np.float32]
    slice_structures: NDArray[np.uint8]
    already_stripped: bool
    checks: tuple[Check, ...]

    @property
    def fit(self) -> bool:
        """Whether no check failed."""
        return all(check.passed for check in self.checks)

    @cached_property
    def voxels_to_atlas(self) -> NDArray[np.float64]:
        """(4, 4), voxel indices of the scan to MNI152 millimetres."""
        matrix: NDArray[np.float64] = np.linalg.inv(self.atlas_to_scan) @ self.scan.affine
        return matrix

    @cached_property
    def structures(self) -> NDArray[np.uint8]:
        """The brain structures on the scan's own grid, uint8 (I, J, K); computed at first access, in about a second."""
        to_grid = np.linalg.inv(grid_affine()) @ self.voxels_to_atlas
        return self.segmentation.carried_to(self.scan.voxels.shape, to_grid)

    def volume_ml(self, labels: tuple[int, ...]) -> float:
        """Total volume of classes of adcore.prepare.segmentation.structures, in millilitres of the patient's own space."""
        shrinkage = abs(float(np.linalg.det(self.atlas_to_scan[:3, :3])))
        return float(self.segmentation.atlas_mm3[list(labels)].sum()) * shrinkage / 1000

    def scan_from_atlas_points(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """MNI152 millimetres (..., 3) to the scan's RAS+ millimetres."""
        return apply_affine(self.atlas_to_scan, points_mm)

    def atlas_from_scan_points(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scan's RAS+ millimetres (..., 3) to MNI152 millimetres."""
        return apply_affine(np.linalg.inv(self.atlas_to_scan), points_mm)

    def voxels_from_atlas_points(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """MNI152 millimetres (..., 3) to fractional voxel indices of the scan."""
        return apply_affine(np.linalg.inv(self.voxels_to_atlas), points_mm)

    def paint_slices(self, maps: NDArray[np.float32], *, smooth: bool = False) -> NDArray[np.float32]:
        """Resample one map per coronal slice onto the scan's own grid.

        The pixels of a map divide the slice evenly: a 7 x 7 map on a slice of 112 has blocks of 16 pixels.

        Args:
            maps: (N, h, w), raw scale.
            smooth: interpolate bilinearly within a slice; otherwise each map pixel keeps its value over its whole block.
        Returns:
            float32 (I, J, K): linear between neighbouring slices, 0 beyond half a slice step outside the first and last.
        """
        volume = np.zeros(self.scan.voxels.shape, dtype=np.float32)
        box = self._slab_box()
        config = self.config.slices
        i, j, k = np.ogrid[box]
        to_slices = slice_affine(config) @ self.voxels_to_atlas
        indices = [a * i + b * j + c * k + d for a, b, c, d in to_slices[:3]]
        size = (len(config.t88_slices), config.size, config.size)
        on_slices = np.all([(index >= -0.5) & (index <= n - 0.5) for index, n in zip(indices, size, strict=True)], axis=0)
        # a map pixel covers size / h slice pixels; the centres of both lie at half a pixel
        places = [
            np.clip((index[on_slices] + 0.5) * (m / n) - 0.5, 0, m - 1)
            for index, n, m in zip(indices, size, maps.shape, strict=True)
        ]
        if not smooth:
            places[1:] = [np.rint(place) for place in places[1:]]
        volume[box][on_slices] = map_coordinates(maps, places, order=1)
        return volume

    def _slab_box(self) -> tuple[slice, slice, slice]:
        """The smallest block of voxels that contains the slices."""
        points = slice_points(self.config.slices)
        low, high = points.min(axis=(0, 1, 2)), points.max(axis=(0, 1, 2))
        margin_mm = 2.0  # half a slice step and half a pixel, rounded up
        return block_between(low - margin_mm, high + margin_mm, np.linalg.inv(self.voxels_to_atlas), self.scan.voxels.shape)
