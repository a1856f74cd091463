"""The half-way space of a patient's visits as a grid: every visit is resampled once from its own voxels, all in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from adcore.case.scan import Scan
from adcore.longitudinal.registration import Alignment, align_visits
from adcore.longitudinal.visit_image import VisitImage
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.volume import Volume, resample, transform_points

SHAPE = (192, 240, 216)
SPACING_MM = 1.0
ORIGIN_MM = (-95.5, -137.5, -113.5)
"""Centre of the first voxel: the box contains a large head down to the chin."""

WHITE_UNITS = 1000.0
"""Intensity of white matter in a displayed scan."""

COARSE_STEP = 4
"""Gains are smooth: computed at every fourth voxel along each axis and interpolated."""

SPLINE = 3
"""Order of the interpolation: of the fast ones, the cubic spline blurs least."""


@dataclass(frozen=True, eq=False)
class CommonSpace:
    """All visits on one grid.

    Attributes:
        images: float32 SHAPE for each visit, see `resampled`.
        brain: bool SHAPE, the majority brain mask of the visits.
    """

    alignment: Alignment
    images: tuple[NDArray[np.float32], ...]
    brain: NDArray[np.bool_]

    @classmethod
    def of(cls, visits: Sequence[PreparedScan]) -> "CommonSpace":
        """Register the visits and resample each once to the common grid; some seconds a visit."""
        scans = [VisitImage.of(visit) for visit in visits]
        alignment = align_visits(scans)
        images = tuple(resampled(scan, alignment, number) for number, scan in enumerate(scans))
        return cls(alignment, images, brain_of(scans, alignment))

    def scan(self, number: int, source: Scan) -> Scan:
        """One visit's image as a scan for display; it keeps the identity and the warnings of its source."""
        return replace(source, voxels=WHITE_UNITS * self.images[number], affine=common_affine())

    def to_atlas(self, visit: PreparedScan) -> NDArray[np.float64]:
        """(4, 4), voxels of the grid to MNI152 millimetres, by the first visit's registration to the atlas.

        Args:
            visit: the first one.
        """
        matrix: NDArray[np.float64] = np.linalg.inv(visit.atlas_to_scan) @ self.alignment.poses[0] @ common_affine()
        return matrix


def common_affine() -> NDArray[np.float64]:
    """(4, 4), voxel indices of the grid to common millimetres: right, anterior, superior."""
    affine = np.diag([SPACING_MM] * 3 + [1.0])
    affine[:3, 3] = ORIGIN_MM
    return affine


def resampled(visit: VisitImage, alignment: Alignment, number: int) -> NDArray[np.float32]:
    """One visit on the common grid, float32 SHAPE: white matter near 1, matched to the other visits by a linear gain.

    Args:
        number: the visit's index in the alignment.
    """
    to_voxels = np.linalg.inv(visit.head.affine) @ alignment.poses[number] @ common_affine()
    values = affine_transform(
        visit.head.values.numpy(), to_voxels[:3, :3], to_voxels[:3, 3], SHAPE, np.float32, order=SPLINE, cval=0.0
    )
    points, shape = _coarse_points()
    factor = alignment.factor(number, points) / visit.gain_at(apply_affine(alignment.poses[number], points))
    field = _onto_grid(factor.reshape(shape).astype(np.float32))
    matched: NDArray[np.float32] = np.maximum(values, 0) * field
    return matched


def brain_of(visits: Sequence[VisitImage], alignment: Alignment) -> NDArray[np.bool_]:
    """Majority brain mask of the visits, bool SHAPE."""
    axes = [torch.arange(n, dtype=torch.float32) for n in SHAPE]
    points = transform_points(torch.cartesian_prod(*axes), common_affine())
    share = torch.zeros(len(points))
    for visit, pose in zip(visits, alignment.poses, strict=True):
        share += visit.brain_at(transform_points(points, pose))
    brain: NDArray[np.bool_] = (share / len(visits) > 0.5).reshape(SHAPE).numpy()
    return brain


def _coarse_points() -> tuple[NDArray[np.float64], tuple[int, int, int]]:
    axes = [np.arange(0, n + COARSE_STEP, COARSE_STEP, dtype=np.float64) for n in SHAPE]
    voxels = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    x, y, z = voxels.shape[:3]
    return apply_affine(common_affine(), voxels.reshape(-1, 3)), (x, y, z)


def _onto_grid(coarse: NDArray[np.float32]) -> NDArray[np.float32]:
    to_coarse = np.diag([1 / COARSE_STEP] * 3 + [1.0])
    field: NDArray[np.float32] = resample(Volume(torch.from_numpy(coarse), np.eye(4)).values, to_coarse, SHAPE).numpy()
    return field
