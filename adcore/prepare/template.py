"""The MNI152 template at the resolutions that registration and brain mask need."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_brain_mask, load_mni152_template
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from torch import Tensor

from adcore.prepare.segmentation.network import GRID_SHAPE, GRID_SPACING_MM, grid_affine
from adcore.prepare.volume import Volume, pool, resample

CENTRE_MM = np.array([0.0, -18.0, 8.0])
"""The centre of the template's brain, MNI millimetres."""

SCALE_MM = 80.0
"""Half the length of the brain: centred points divided by it lie within about [-1, 1]."""

LEVELS_MM = (8, 4, 2)

WHITE_MATTER = 0.75
"""Share of the 95th percentile of the template's brain above which its voxels count as white matter."""

CORE_MM = 4.0
"""Depth inside the brain mask from which a voxel is brain in every well registered scan."""


@dataclass(frozen=True, eq=False)
class Level:
    """The template averaged to one spacing, and the brain voxels that are compared with the scan.

    Attributes:
        image: the template, skull-stripped, in [0, 1].
        brain: bool (X, Y, Z), voxels that are at least 60% brain.
        points_mm: float32 (n, 3) MNI millimetres of the compared voxels.
        values: float32 (n,), the template at these points.
    """

    image: Volume
    brain: Tensor
    points_mm: Tensor
    values: Tensor


@dataclass(frozen=True, eq=False)
class Template:
    """MNI152 (ICBM 2009, symmetric; Fonov 2011) as nilearn ships it.

    Attributes:
        levels: by spacing in millimetres.
        depth_mm: on the structure network's grid: distance to the surface of the brain mask, positive inside.
        white_points_mm: float32 (n, 3) MNI millimetres, every fifth voxel of deep white matter at 2 mm.
    """

    levels: dict[int, Level]
    depth_mm: Volume
    white_points_mm: NDArray[np.float32]


@lru_cache(maxsize=1)
def load_template() -> Template:
    """Read the template and build its pyramid, once per process."""
    image, mask = load_mni152_template(resolution=1), load_mni152_brain_mask(resolution=1)
    t1 = Volume(torch.from_numpy(np.asarray(image.dataobj, dtype=np.float32)), image.affine)
    brain = Volume(torch.from_numpy(np.asarray(mask.dataobj, dtype=np.float32)), mask.affine)
    levels = {spacing: _level(t1, brain, spacing) for spacing in LEVELS_MM}
    depth_mm = _depth(pool(brain, 2))
    return Template(levels, depth_mm, _white_points(levels[2].image, depth_mm))


def _depth(brain: Volume) -> Volume:
    affine = grid_affine()
    share = resample(brain.values, np.linalg.inv(brain.affine) @ affine, GRID_SHAPE).numpy()
    inside = binary_fill_holes(share > 0.5)  # the mask has a pinhole at the third ventricle
    depth = GRID_SPACING_MM * (distance_transform_edt(inside) - distance_transform_edt(~inside))
    return Volume(torch.from_numpy(depth.astype(np.float32)), affine)


def _white_points(image: Volume, depth_mm: Volume) -> NDArray[np.float32]:
    depth = resample(depth_mm.values, np.linalg.inv(depth_mm.affine) @ image.affine, image.shape).numpy()
    values = image.values.numpy()
    white = (values > WHITE_MATTER * np.percentile(values[depth > 0], 95)) & (depth > CORE_MM)
    return apply_affine(image.affine, np.argwhere(white)[::5]).astype(np.float32)


def _level(t1: Volume, brain: Volume, spacing: int) -> Level:
    image, share = pool(t1, spacing), pool(brain, spacing).values
    indices = (share > 0.6).nonzero()
    if spacing == 2:
        indices = indices[::3]  # neighbours are nearly redundant: a third determines twelve parameters as well
    points = apply_affine(image.affine, indices.numpy()).astype(np.float32)
    return Level(image, share > 0.6, torch.from_numpy(points), image.values[tuple(indices.T)])
