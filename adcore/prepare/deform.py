"""A scan deformed by a displacement in atlas space, its labels moving along. Knows no anatomy.

A displacement is pulled back: it says for each point of the deformed head from where its tissue comes. Only voxels that it moves
are read anew, by cubic splines, since linear interpolation alone blurs enough to be taken for a finding.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, spline_filter
from torch import Tensor

from adcore.case.scan import Scan
from adcore.prepare.volume import transform_points

Origins = Callable[[Tensor], Tensor]
"""Points of the deformed head to where their tissue comes from, both float32 (n, 3), MNI152 millimetres."""

STILL_MM = 1e-3
"""Displacement below which a voxel stays as it is."""

SLAB = 16
"""Planes of the first axis that are deformed at a time, which bounds the memory."""

WARNING = "This scan was deformed by the program: it shows nobody's anatomy."


@dataclass(frozen=True, eq=False)
class Deformed:
    """A deformed scan.

    Attributes:
        labels: uint8 (I, J, K), moved along.
        counts: float64 (256,), voxels of each label, border voxels by their share: a volume follows even a small displacement.
    """

    scan: Scan
    labels: NDArray[np.uint8]
    counts: NDArray[np.float64]


def deform(scan: Scan, voxels_to_atlas: NDArray[np.float64], origins: Origins, labels: NDArray[np.uint8]) -> Deformed:
    """Deform a scan and its labels.

    Args:
        voxels_to_atlas: (4, 4), as adcore.prepare.prepared.PreparedScan has it.
        labels: uint8 (I, J, K), on the scan's own grid.
    Returns:
        the scan, with a warning, its own digest and without a source series; and its labels.
    """
    voxels, moved_labels = scan.voxels.copy(), labels.copy()
    spline = spline_filter(scan.voxels, order=3, output=np.float64, mode="nearest")
    to_voxels = np.linalg.inv(voxels_to_atlas)
    counts = np.bincount(labels.ravel(), minlength=256).astype(np.float64)
    for slab, points in _slabs(scan.voxels.shape, voxels_to_atlas):
        come_from = origins(points)
        moved = (come_from - points).abs().amax(dim=1) > STILL_MM
        if not moved.any():
            continue
        source = transform_points(come_from[moved], to_voxels).T.double().numpy()
        here = moved.numpy().reshape(voxels[slab].shape)
        read = map_coordinates(spline, source, order=3, mode="nearest", prefilter=False)
        voxels[slab][here] = np.clip(read, scan.voxels.min(), scan.voxels.max())  # splines overshoot at edges
        best = np.zeros(len(read))
        counts -= np.bincount(labels[slab][here], minlength=len(counts))
        for label in np.unique(labels):
            share = map_coordinates((labels == label).astype(np.float32), source, order=1, mode="nearest")
            counts[label] += share.sum()
            moved_labels[slab][here] = np.where(share > best, label, moved_labels[slab][here])
            best = np.maximum(best, share)
    return Deformed(altered(scan, voxels), moved_labels, counts)


def altered(scan: Scan, voxels: NDArray[np.float32]) -> Scan:
    """The same scan with other voxels, which says that nobody's head looks like that."""
    warnings = scan.warnings if WARNING in scan.warnings else (*scan.warnings, WARNING)
    digest = hashlib.sha256(voxels.tobytes() + scan.affine.tobytes()).hexdigest()
    return replace(scan, voxels=voxels, sha256=digest, warnings=warnings, source=None)


def atlas_points(shape: tuple[int, ...], voxels_to_atlas: NDArray[np.float64]) -> Tensor:
    """MNI152 millimetres of every voxel, float32 (I * J * K, 3)."""
    return torch.cat([points for _, points in _slabs(shape, voxels_to_atlas)])


def _slabs(shape: tuple[int, ...], voxels_to_atlas: NDArray[np.float64]) -> Iterator[tuple[slice, Tensor]]:
    for start in range(0, shape[0], SLAB):
        slab = slice(start, min(start + SLAB, shape[0]))
        axes = [torch.arange(slab.start, slab.stop), *(torch.arange(n) for n in shape[1:])]
        yield slab, transform_points(torch.cartesian_prod(*axes).float(), voxels_to_atlas)
