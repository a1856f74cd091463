"""The bias field of a scan in atlas space: a rough estimate for finding the brain, then N4 inside the brain."""

from dataclasses import dataclass

import numpy as np
import SimpleITK
import torch
from numpy.typing import NDArray

from adcore.prepare.config import PreparationConfig
from adcore.prepare.template import CENTRE_MM, SCALE_MM, Template
from adcore.prepare.volume import Volume, pool, sample, transform_points

KEPT_BELOW, KEPT_ABOVE = 1.0, 2.0
"""Robust standard deviations below and above the fit within which a voxel is kept. Asymmetric, because misplaced tissue (grey
matter, CSF) is darker: on a scan without bias these limits leave 2% of variation in white matter, symmetric ones 9%."""

TRIMMED_ROUNDS = 8

FARTHEST = 1.5
"""Largest difference of the log gain from its value at the centre: a quadratic diverges where no white matter constrains it."""


@dataclass(frozen=True, eq=False)
class BiasField:
    """A smooth field of log gains in atlas space.

    Attributes:
        log_gain: on an atlas grid, MNI millimetres.
    """

    log_gain: Volume

    def gain(self, points_mm: NDArray[np.float64]) -> NDArray[np.float32]:
        """The gain at MNI points (..., 3) by trilinear interpolation; 1 outside the atlas grid."""
        points = torch.from_numpy(points_mm.reshape(-1, 3).astype(np.float32))
        voxels = transform_points(points, np.linalg.inv(self.log_gain.affine))
        values, _ = sample(self.log_gain.values[None], voxels)
        gain: NDArray[np.float32] = np.exp(values[0].numpy()).reshape(points_mm.shape[:-1])
        return gain


@dataclass(frozen=True, eq=False)
class RoughGain:
    """A quadratic log gain in atlas space.

    Attributes:
        coefficients: float64 (7,): constant, linear and square terms along x, y, z of centred, scaled MNI points.
    """

    coefficients: NDArray[np.float64]

    @property
    def centre(self) -> float:
        """The log gain at the centre of the brain, which is the level of white matter there."""
        return float(self.coefficients[0])

    def on_grid(self, affine: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The log gain on a grid aligned with the atlas axes, limited to a factor of 4.5 around the centre."""
        field = self.coefficients[0] + np.zeros(shape)
        for axis, n in enumerate(shape):
            places = (np.arange(n) * affine[axis, axis] + affine[axis, 3] - CENTRE_MM[axis]) / SCALE_MM
            along = [1, 1, 1]
            along[axis] = -1
            field += (self.coefficients[1 + axis] * places + self.coefficients[4 + axis] * places**2).reshape(along)
        return self._limited(field)

    def at(self, points_mm: NDArray[np.floating]) -> NDArray[np.float32]:
        """The log gain at MNI points (n, 3), limited in the same way."""
        return self._limited(_quadratic((points_mm - CENTRE_MM) / SCALE_MM) @ self.coefficients)

    def _limited(self, field: NDArray[np.float64]) -> NDArray[np.float32]:
        return np.clip(field, self.centre - FARTHEST, self.centre + FARTHEST).astype(np.float32)


def rough_gain(coarse: Volume, atlas_to_scan: NDArray[np.float64], template: Template) -> RoughGain:
    """Fit a quadratic log gain to the scan where the template has white matter.

    Uses trimmed least squares, because a patient's ventricles and cortex can lie where the template has white matter.

    Args:
        coarse: the scan at about 2 mm.
        atlas_to_scan: (4, 4), MNI152 to the scan's millimetres.
    Returns:
        the log gain; a scan divided by its exponential has white matter near 1.
    """
    points = torch.from_numpy(template.white_points_mm)
    values, inside = sample(coarse.values[None], transform_points(points, np.linalg.inv(coarse.affine) @ atlas_to_scan))
    covered = inside.numpy()
    design = _quadratic((template.white_points_mm[covered] - CENTRE_MM) / SCALE_MM)
    target = np.log(np.maximum(values[0].numpy()[covered], 1e-3)).astype(np.float64)
    kept = np.ones(len(target), dtype=bool)
    for _ in range(TRIMMED_ROUNDS):
        coefficients = np.linalg.lstsq(design[kept], target[kept], rcond=None)[0]
        residual = target - design @ coefficients
        spread = 1.4826 * np.median(np.abs(residual[kept])) + 1e-6
        kept = (residual > -KEPT_BELOW * spread) & (residual < KEPT_ABOVE * spread)
    return RoughGain(coefficients)


def n4(evened: Volume, rough: NDArray[np.float32], brain: NDArray[np.bool_], config: PreparationConfig) -> BiasField:
    """N4 (Tustison 2010, IEEE Trans Med Imaging 29:1310) inside the brain, on a coarse atlas grid.

    Runs on one thread and a fixed grid, so that the same scan gives the same field on any machine.

    Args:
        evened: the scan on the 2 mm atlas grid, already divided by exp(rough).
        rough: the log gain to start from, on the same grid.
        brain: mask in which the field is fitted.
    Returns:
        the sum of both log gains.
    """
    spacing = config.bias_spacing_mm
    coarse = pool(evened, spacing)
    inside = pool(Volume(torch.from_numpy(brain.astype(np.float32)), evened.affine), spacing).values.numpy() > 0.5
    start = pool(Volume(torch.from_numpy(rough), evened.affine), spacing)
    image = SimpleITK.GetImageFromArray(coarse.values.clamp_min(1e-3).numpy())
    mask = SimpleITK.GetImageFromArray(inside.astype(np.uint8))
    correct = SimpleITK.N4BiasFieldCorrectionImageFilter()
    correct.SetNumberOfWorkUnits(1)
    correct.SetMaximumNumberOfIterations(list(config.bias_iterations))
    correct.Execute(image, mask)
    added = torch.from_numpy(SimpleITK.GetArrayFromImage(correct.GetLogBiasFieldAsImage(image)).astype(np.float32))
    return BiasField(Volume(start.values + added, coarse.affine))


def _quadratic(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.hstack([np.ones((len(places), 1)), places, places**2])
