"""The MNI152 template that scans are registered to, at the resolutions the registration and the skull strip need."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_brain_mask, load_mni152_template
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from torch import Tensor

from adcore.prepare.volume import Volume, pool

CENTRE_MM = np.array([0.0, -18.0, 8.0])
"""The middle of the template's brain, MNI millimetres."""

SCALE_MM = 80.0
"""Half the brain's length: centred points divided by it lie within about [-1, 1]."""

LEVELS_MM = (8, 4, 2)


@dataclass(frozen=True, eq=False)
class Level:
    """The template averaged to one spacing, and the brain voxels that are compared with a scan.

    Attributes:
        image: the template, skull-stripped, 0 to 1.
        brain: bool (X, Y, Z), at least 60 % brain.
        points_mm: float32 (n, 3) MNI millimetres of the compared voxels.
        values: float32 (n,) of the template there.
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
        depth_mm: float32, on the 2 mm level's grid: distance to the surface of the brain mask, positive inside.
    """

    levels: dict[int, Level]
    depth_mm: NDArray[np.float32]

    @property
    def grid(self) -> Volume:
        """The 2 mm template: the atlas grid of bias field and skull strip."""
        return self.levels[2].image


@lru_cache(maxsize=1)
def load_template() -> Template:
    """Read the template and build its pyramid, once a process."""
    image, mask = load_mni152_template(resolution=1), load_mni152_brain_mask(resolution=1)
    head = Volume(torch.from_numpy(np.asarray(image.dataobj, dtype=np.float32)), image.affine)
    brain = Volume(torch.from_numpy(np.asarray(mask.dataobj, dtype=np.float32)), mask.affine)
    levels = {spacing: _level(head, brain, spacing) for spacing in LEVELS_MM}
    inside = binary_fill_holes(pool(brain, 2).values.numpy() > 0.5)  # the mask has a pinhole at the third ventricle
    depth = 2 * (distance_transform_edt(inside) - distance_transform_edt(~inside))  # voxels of 2 mm
    return Template(levels, depth.astype(np.float32))


def _level(head: Volume, brain: Volume, spacing: int) -> Level:
    image, share = pool(head, spacing), pool(brain, spacing).values
    indices = (share > 0.6).nonzero()
    if spacing == 2:
        indices = indices[::3]  # neighbours tell nearly the same: a third fixes twelve parameters as well
    points = apply_affine(image.affine, indices.numpy()).astype(np.float32)
    return Level(image, share > 0.6, torch.from_numpy(points), image.values[tuple(indices.T)])
