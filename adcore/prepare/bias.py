"""The receive bias field of a scan, in atlas space: a rough one for finding the brain, and N4 inside the brain."""

from dataclasses import dataclass

import numpy as np
import SimpleITK
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.prepare.config import PreparationConfig
from adcore.prepare.template import CENTRE_MM, SCALE_MM, Template
from adcore.prepare.volume import Volume, pool, sample, transform_points

WHITE_MATTER = 0.75
"""Share of the template's bright end (95th percentile) above which its voxels count as white matter."""

CORE_MM = 4.0
"""Depth inside the brain mask from which on a voxel is brain in every well registered head."""

KEPT_BELOW, KEPT_ABOVE = 1.0, 2.0
"""Robust standard deviations within which a voxel is kept. Uneven, because whatever lies there by mistake (grey matter, CSF)
is darker: on a scan that was flat already, this leaves a variation of 2 % in white matter, even limits leave 9 %."""

TRIMMED_ROUNDS = 8


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


def rough_log_gain(head: NDArray[np.float32], covered: NDArray[np.bool_], template: Template) -> NDArray[np.float32]:
    """Fit a quadratic log gain to the scan where the template has white matter.

    Trimmed least squares, because an individual's ventricles and cortex also lie where the template has white matter.

    Args:
        head: the scan on the template's 2 mm grid.
        covered: where the scan's field of view reaches.
    Returns:
        float32 (X, Y, Z); head / exp(it) has white matter near 1.
    """
    image = template.grid.values.numpy()
    white = (image > WHITE_MATTER * np.percentile(image[template.depth_mm > 0], 95)) & (template.depth_mm > CORE_MM) & covered
    indices = np.argwhere(white)[::5]
    design = _quadratic((apply_affine(template.grid.affine, indices) - CENTRE_MM) / SCALE_MM)
    target = np.log(np.maximum(head[tuple(indices.T)], 1e-3))
    kept = np.ones(len(target), dtype=bool)
    for _ in range(TRIMMED_ROUNDS):
        coefficients = np.linalg.lstsq(design[kept], target[kept], rcond=None)[0]
        residual = target - design @ coefficients
        spread = 1.4826 * np.median(np.abs(residual[kept])) + 1e-6
        kept = (residual > -KEPT_BELOW * spread) & (residual < KEPT_ABOVE * spread)
    axes = [
        (np.arange(n) * template.grid.affine[a, a] + template.grid.affine[a, 3] - CENTRE_MM[a]) / SCALE_MM
        for a, n in enumerate(head.shape)
    ]
    field = coefficients[0] + np.zeros(head.shape)
    for axis, places in enumerate(axes):
        along = [1, 1, 1]
        along[axis] = -1
        field += (coefficients[1 + axis] * places + coefficients[4 + axis] * places**2).reshape(along)
    return np.clip(field, coefficients[0] - 1.5, coefficients[0] + 1.5).astype(np.float32)


def n4(evened: Volume, rough: NDArray[np.float32], brain: NDArray[np.bool_], config: PreparationConfig) -> BiasField:
    """N4 (Tustison 2010, IEEE Trans Med Imaging 29:1310) inside the brain, on a coarse atlas grid.

    One thread and a fixed grid, so that the same scan gives the same field on any machine.

    Args:
        evened: the scan on the 2 mm atlas grid, already divided by exp(rough).
        rough: the log gain to go on from, on the same grid.
        brain: where the field is fitted.
    Returns:
        both log gains together.
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
