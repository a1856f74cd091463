"""The brain mask on the scan's own grid: from the structure network, or the scan's own outline where it is skull-stripped."""

import numpy as np
import torch
from nibabel.affines import from_matvec
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.scan import Scan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.volume import Volume, block_between, resample

DEEP_MM = 7.0
"""Depth inside the atlas brain from which every voxel counts as brain."""

SHELL_MM = (-14.0, -6.0)
"""Skull and scalp by distance to the surface of the atlas brain; empty in a skull-stripped scan."""

FLAT = 0.02
"""Share of the level of white matter: values this close to the median of the shell count as constant."""

FLAT_SHARE = 0.5
"""Share of constant voxels in the shell from which a scan counts as skull-stripped: whole-head scans have 0.02 to 0.04."""

OWN_OUTLINE_MM = 15.0
"""Largest distance outside the atlas brain of the outline of a skull-stripped scan."""


def constant_background(
    values: NDArray[np.float32], covered: NDArray[np.bool_], depth_mm: NDArray[np.float32], white: float
) -> float | None:
    """The constant value around a skull-stripped brain; None for a whole-head scan.

    Args:
        values: the scan on the structure network's grid, on any intensity scale.
        covered: mask of the scan's field of view.
        depth_mm: distance to the surface of the atlas brain, positive inside.
        white: level of white matter on the scale of `values`.
    """
    shell = values[(depth_mm > SHELL_MM[0]) & (depth_mm < SHELL_MM[1]) & covered]
    if not shell.size:
        return None
    background = float(np.median(shell))
    return background if np.mean(np.abs(shell - background) < FLAT * white) > FLAT_SHARE else None


def carry_to_scan(brain: NDArray[np.bool_], scan: Scan, atlas_to_scan: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Resample a mask from the structure network's grid to the scan's own grid (I, J, K), smoothed."""
    mask = np.zeros(scan.voxels.shape, dtype=bool)
    soft = Volume(torch.from_numpy(ndimage.gaussian_filter(brain.astype(np.float32), 1.0)), grid_affine())
    block, values = _on_scan(soft, brain, scan, atlas_to_scan)
    mask[block] = values > 0.5
    return mask


def own_outline(
    scan: Scan, background: float, tolerance: float, depth: Volume, atlas_to_scan: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """The mask of a skull-stripped scan: voxels near the atlas brain that differ from the background, holes filled.

    Args:
        background, tolerance: in the scan's own intensities.
        depth: distance to the surface of the atlas brain.
    """
    mask = np.zeros(scan.voxels.shape, dtype=bool)
    block, depth_mm = _on_scan(depth, depth.values.numpy() > -OWN_OUTLINE_MM, scan, atlas_to_scan)
    differs = (np.abs(scan.voxels[block] - background) > tolerance) & (depth_mm > -OWN_OUTLINE_MM)
    mask[block] = ndimage.binary_fill_holes(_component_at(differs, depth_mm > DEEP_MM))
    return mask


def _on_scan(
    image: Volume, where: NDArray[np.bool_], scan: Scan, atlas_to_scan: NDArray[np.float64]
) -> tuple[tuple[slice, slice, slice], NDArray[np.float32]]:
    """An image on the atlas grid, resampled only to the block of the scan's voxels around `where`."""
    to_grid = np.linalg.inv(atlas_to_scan @ image.affine) @ scan.affine
    indices = np.argwhere(where) if where.any() else np.zeros((1, 3))
    block = block_between(indices.min(axis=0) - 1.0, indices.max(axis=0) + 1.0, np.linalg.inv(to_grid), scan.voxels.shape)
    start = from_matvec(np.eye(3), [span.start for span in block])
    shape = tuple(span.stop - span.start for span in block)
    return block, resample(image.values, to_grid @ start, shape).numpy()


def _component_at(mask: NDArray[np.bool_], seed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected component that shares most voxels with `seed`."""
    labels, count = ndimage.label(mask)
    shared = np.bincount(labels[seed & mask], minlength=count + 1)
    shared[0] = 0
    component: NDArray[np.bool_] = labels == shared.argmax()
    return component
