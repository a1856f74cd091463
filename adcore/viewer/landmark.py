"""The starting point of viewer and pictures: the right medial temporal lobe on one of the networks' slices."""

import numpy as np
from nibabel.affines import apply_affine

from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import tilt
from adcore.viewer.grid import Grid

RIGHT_TEMPORAL_X, RIGHT_TEMPORAL_Z = 26.0, -14.0
"""MNI millimetres of the right medial temporal lobe on the networks' slices, before their tilt."""


def voxel_on_slice(prepared: PreparedScan, number: int, grid: Grid) -> list[int]:
    """The voxel of a grid at the right medial temporal lobe of one slice, rounded towards the other slices."""
    y_mm = prepared.config.slices.y_mm
    to_grid = np.linalg.inv(grid.affine) @ prepared.atlas_to_scan @ tilt()
    # rounded, since a slice may be a plane of the grid
    place = apply_affine(to_grid, (RIGHT_TEMPORAL_X, y_mm[number], RIGHT_TEMPORAL_Z)).round(6)
    middle = apply_affine(to_grid, (RIGHT_TEMPORAL_X, float(np.mean(y_mm)), RIGHT_TEMPORAL_Z))
    voxel = np.where(middle > place, np.ceil(place), np.floor(place)).astype(int)
    return [int(value) for value in np.clip(voxel, 0, np.array(grid.shape) - 1)]
