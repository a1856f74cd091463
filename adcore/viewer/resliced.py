"""The resliced grid: the patient's own millimetres, along the networks' coronal slices through the hippocampi."""

from itertools import product

import numpy as np
from nibabel.affines import apply_affine, from_matvec
from numpy.typing import NDArray

from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import tilt
from adcore.viewer.grid import Grid

FINEST_MM, COARSEST_MM = 0.6, 1.0
"""Pixels of a resliced coronal plane are as fine as the scan's finest voxel side, within these bounds."""


def resliced_grid(prepared: PreparedScan) -> Grid:
    """The grid that holds the whole scan, and each of the networks' slices as one of its coronal planes.

    It is rigid, so that lengths and proportions are the patient's. Registration may shear a head, so the cells of a map need
    not be square on it.
    """
    scan = prepared.scan
    axes = _axes(prepared)
    slices = [float(place @ axes[:, 1]) for place in _on_slices(prepared)]
    step = (slices[-1] - slices[0]) / (len(slices) - 1)
    finest = float(np.clip(np.linalg.norm(scan.affine[:3, :3], axis=0).min(), FINEST_MM, COARSEST_MM))
    spacing = np.array([finest, step, finest])
    corners = apply_affine(scan.affine, list(product(*((0, size - 1) for size in scan.voxels.shape)))) @ axes
    low, high = corners.min(axis=0), corners.max(axis=0)
    low[1] = slices[0] - step * np.ceil((slices[0] - low[1]) / step)  # the slices fall on whole numbers
    x, y, z = (int(size) for size in np.ceil((high - low) / spacing) + 1)
    affine = from_matvec(axes * spacing, axes @ low)
    return Grid((x, y, z), affine, np.linalg.inv(scan.affine) @ affine)


def network_planes(prepared: PreparedScan, grid: Grid) -> tuple[int, int]:
    """The coronal planes of the resliced grid that are the networks' first and last slice."""
    first, *_, last = apply_affine(np.linalg.inv(grid.affine), _on_slices(prepared))[:, 1]
    return round(float(first)), round(float(last))


def _axes(prepared: PreparedScan) -> NDArray[np.float64]:
    """Unit vectors to the right within the networks' slices, across them to the front, and upwards within them, as columns."""
    right, _, up = (prepared.atlas_to_scan @ tilt())[:3, :3].T
    right = right / np.linalg.norm(right)
    front = np.cross(up, right)
    front /= np.linalg.norm(front)
    return np.stack([right, front, np.cross(right, front)], axis=1)


def _on_slices(prepared: PreparedScan) -> NDArray[np.float64]:
    """One point on each of the networks' slices, in the scan's millimetres, (N, 3)."""
    upright = np.array([[0.0, y_mm, 0.0] for y_mm in prepared.config.slices.y_mm])
    points: NDArray[np.float64] = apply_affine(prepared.atlas_to_scan @ tilt(), upright)
    return points
