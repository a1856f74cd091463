"""Where pictures of a head start: the right medial temporal lobe on one of the planes that the networks read."""

import numpy as np
from nibabel.affines import apply_affine

from adcore.prepare.planes import tilt
from adcore.prepare.prepared import PreparedScan

RIGHT_TEMPORAL_X, RIGHT_TEMPORAL_Z = 26.0, -14.0
"""Of the right medial temporal lobe on the networks' planes, before their tilt: where the crosshair starts."""


def voxel_on_plane(prepared: PreparedScan, number: int) -> tuple[int, int, int]:
    """The scan's voxel at the right medial temporal lobe of one plane, rounded towards the other planes."""
    y_mm = prepared.config.planes.y_mm
    to_scan = np.linalg.inv(prepared.voxels_to_atlas) @ tilt()
    place = apply_affine(to_scan, (RIGHT_TEMPORAL_X, y_mm[number], RIGHT_TEMPORAL_Z))
    middle = apply_affine(to_scan, (RIGHT_TEMPORAL_X, float(np.mean(y_mm)), RIGHT_TEMPORAL_Z))
    voxel = np.where(middle > place, np.ceil(place), np.floor(place)).astype(int)
    i, j, k = np.clip(voxel, 0, np.array(prepared.scan.voxels.shape) - 1)
    return int(i), int(j), int(k)
