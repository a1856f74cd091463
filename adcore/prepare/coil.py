"""A surface coil's gain before the brain is found: even it out coarsely, and measure how much brighter the brain's rim is."""

import numpy as np
import torch
from nibabel.affines import voxel_sizes
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt, gaussian_filter, gaussian_filter1d

from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, sample, transform_points

HEAD = 0.05
"""Share of the 99th percentile above which a smoothed voxel is head, not air."""

SHELL_MM = 4.0
"""Thickness of the shells under the skin whose median intensity stands for the coil's gain."""

SCALP_MM = 10.0
"""Depth under the skin up to which there is no brain; the bright ring there misleads the search."""

BRIGHTEST = 2.0
"""Times its shell's median up to which a voxel keeps its value."""

NEAR_SURFACE_MM, DEEP_MM = 8.0, 30.0
"""Depths in the template's brain up to which its white matter counts as near the surface, and from which on as deep."""

USUAL_GAIN = 0.81
"""Of rim_at_template, above which a coil is named: midway between five healthy heads, 0.57 to 0.72, and three that are not placed
with a coil's gain of 20 or 35 mm reach, 0.90 to 1.23."""


def evened_by_depth(fine: Volume) -> Volume:
    """The scan divided by the median intensity at each depth under the skin; air and scalp are 0. All head or none: unchanged.

    Args:
        fine: the scan at about 2 mm, air at 0.
    """
    values = fine.values.numpy()
    smooth = gaussian_filter(values, 1.0)
    head = binary_fill_holes(smooth > HEAD * np.percentile(smooth, 99))
    if head.all() or not head.any():
        return fine
    depth_mm = distance_transform_edt(head, sampling=voxel_sizes(fine.affine))  # the edge of the field of view is no skin
    shell = (depth_mm / SHELL_MM).astype(int)
    shells = np.unique(shell[head])
    medians = [np.median(values[(shell == one) & head]) for one in shells]
    levels = gaussian_filter1d(np.interp(np.arange(shell.max() + 1), shells, medians), 1.0)
    evened = np.clip(values / np.maximum(levels[shell], 1e-6), 0, BRIGHTEST)
    return Volume(torch.from_numpy(np.where(depth_mm > SCALP_MM, evened, 0).astype(np.float32)), fine.affine)


def rim_at_template(fine: Volume, atlas_to_scan: NDArray[np.float64]) -> float:
    """The intensity near the surface as a share of that in the depth, where the template has white matter; 0 where unknown.

    Args:
        fine: the scan, air at 0, not corrected.
        atlas_to_scan: (4, 4), MNI152 to the scan's millimetres.
    """
    template = load_template()
    points = torch.from_numpy(template.white_points_mm)
    depth, _ = sample(template.depth_mm.values[None], transform_points(points, np.linalg.inv(template.depth_mm.affine)))
    values, inside = sample(fine.values[None], transform_points(points, np.linalg.inv(fine.affine) @ atlas_to_scan))
    rim, centre = (values[0][inside & place] for place in (depth[0] < NEAR_SURFACE_MM, depth[0] > DEEP_MM))
    if not len(rim) or not len(centre):
        return 0.0
    return float(rim.median() / centre.median().clamp_min(1e-6))
