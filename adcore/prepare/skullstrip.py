"""The outline on the scan's own grid: as the structure network found it, or the scan's own where it is stripped."""

import numpy as np
import torch
from nibabel.affines import from_matvec
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.scan import Scan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.volume import Volume, block_between, resample

DEEP_MM = 7.0
"""This deep inside the atlas brain everything is brain."""

SHELL_MM = (-14.0, -6.0)
"""Skull and scalp, seen from the atlas brain's surface; empty in a stripped scan."""

FLAT = 0.02
"""Of white matter's level: values this near the shell's median count as constant."""

FLAT_SHARE = 0.5
"""Share of constant voxels in the shell from which on a scan counts as stripped: whole heads have 0.02 to 0.04."""

OWN_OUTLINE_MM = 15.0
"""How far outside the atlas brain a stripped scan's own outline may run."""


def constant_background(
    head: NDArray[np.float32], covered: NDArray[np.bool_], depth_mm: NDArray[np.float32], white: float
) -> float | None:
    """The one value that fills the space around a stripped brain; None where there is a head.

    Args:
        head: the scan on the structure network's grid, any scale.
        covered: where the scan's field of view reaches.
        depth_mm: distance to the atlas brain's surface, positive inside.
        white: white matter's level in the units of `head`.
    """
    shell = head[(depth_mm > SHELL_MM[0]) & (depth_mm < SHELL_MM[1]) & covered]
    if not shell.size:
        return None
    background = float(np.median(shell))
    return background if np.mean(np.abs(shell - background) < FLAT * white) > FLAT_SHARE else None


def carry_to_scan(brain: NDArray[np.bool_], scan: Scan, atlas_to_scan: NDArray[np.float64]) -> NDArray[np.bool_]:
    """An outline on the structure network's grid, smoothed, on the scan's own grid (I, J, K)."""
    mask = np.zeros(scan.voxels.shape, dtype=bool)
    soft = Volume(torch.from_numpy(ndimage.gaussian_filter(brain.astype(np.float32), 1.0)), grid_affine())
    block, values = _on_scan(soft, brain, scan, atlas_to_scan)
    mask[block] = values > 0.5
    return mask


def own_outline(
    scan: Scan, background: float, tolerance: float, depth: Volume, atlas_to_scan: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """The outline of a stripped scan on its own grid: what differs from its background, near the atlas brain, holes filled.

    Args:
        background, tolerance: in the scan's own intensities.
        depth: distance to the atlas brain's surface.
    """
    mask = np.zeros(scan.voxels.shape, dtype=bool)
    block, depth_mm = _on_scan(depth, depth.values.numpy() > -OWN_OUTLINE_MM, scan, atlas_to_scan)
    differs = (np.abs(scan.voxels[block] - background) > tolerance) & (depth_mm > -OWN_OUTLINE_MM)
    mask[block] = ndimage.binary_fill_holes(_piece_at(differs, depth_mm > DEEP_MM))
    return mask


def _on_scan(
    image: Volume, where: NDArray[np.bool_], scan: Scan, atlas_to_scan: NDArray[np.float64]
) -> tuple[tuple[slice, slice, slice], NDArray[np.float32]]:
    """An atlas-grid image read on the block of the scan's voxels around `where`; nothing else is resampled."""
    to_grid = np.linalg.inv(atlas_to_scan @ image.affine) @ scan.affine
    indices = np.argwhere(where) if where.any() else np.zeros((1, 3))
    block = block_between(indices.min(axis=0) - 1.0, indices.max(axis=0) + 1.0, np.linalg.inv(to_grid), scan.voxels.shape)
    start = from_matvec(np.eye(3), [part.start for part in block])
    shape = tuple(part.stop - part.start for part in block)
    return block, resample(image.values, to_grid @ start, shape).numpy()


def _piece_at(mask: NDArray[np.bool_], seed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected piece that shares most voxels with `seed`."""
    labels, count = ndimage.label(mask)
    shared = np.bincount(labels[seed & mask], minlength=count + 1)
    shared[0] = 0
    piece: NDArray[np.bool_] = labels == shared.argmax()
    return piece
