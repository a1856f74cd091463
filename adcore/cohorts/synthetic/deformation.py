"""Deformations from a synthetic head to the template: individual shape, and a known degree of atrophy."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor

from adcore.cohorts.synthetic.anatomy import (
    HIPPOCAMPUS_RADII_MM,
    OpenMesh,
    hippocampus_offset,
    hippocampus_radius,
    load_anatomy,
    open_mesh,
    signed_distance,
)
from adcore.prepare.volume import sample

VENTRICLE_WALL_MM = 7.0
"""Outward displacement of the walls of the lateral ventricles by atrophy of degree 1."""

VENTRICLE_REACH_MM = 26.0
"""Distance from the wall over which the displacement of white matter decays."""

HIPPOCAMPUS_SHRINKAGE = 0.20
"""Share of width and height that the hippocampus loses at degree 1."""

BRAIN_SHRINKAGE = 0.03
"""Share of its length that the brain loses at degree 1."""

ATROPHY_STEP_MM, INDIVIDUAL_STEP_MM = 3.0, 5.0
"""Spacing of the grids of the displacements, which are smooth."""

LOW_MM, HIGH_MM = np.array([-111.0, -156.0, -150.0]), np.array([114.0, 144.0, 120.0])
"""The box around a head, MNI millimetres, in which displacements are defined."""

CENTRE_MM = (0.0, -18.0, 8.0)
"""The centre of the brain, which stays in place under global shrinkage."""


@dataclass(frozen=True)
class Degrees:
    """Degrees of atrophy by part: 0 is the template, 1 marked atrophy, below 0 fuller.

    Attributes:
        brain: global shrinkage, and how far sulci are open.
        horns: how far the temporal horns are open.
    """

    ventricles: float
    hippocampi: float
    brain: float
    horns: float

    @classmethod
    def of(cls, degree: "float | Degrees") -> "Degrees":
        """The same degree everywhere, or the degrees as they are."""
        return degree if isinstance(degree, Degrees) else cls(degree, degree, degree, degree)


@dataclass(frozen=True, eq=False)
class Displacement:
    """A smooth displacement field over the box around a head, in millimetres.

    Attributes:
        field: float32 (3, X, Y, Z) on a grid that starts at LOW_MM.
        step_mm: its spacing.
    """

    field: Tensor
    step_mm: float

    def __call__(self, points_mm: Tensor) -> Tensor:
        """Displace (n, 3) points; points outside the box stay in place."""
        voxels = (points_mm - torch.from_numpy(LOW_MM.astype(np.float32))) / self.step_mm
        return points_mm + sample(self.field, voxels)[0].T


def individual(rng: np.random.Generator, amplitude_mm: float = 2.5) -> Displacement:
    """A smooth random shape: broad differences between individuals, and finer ones of the folding.

    Args:
        amplitude_mm: standard deviation of the broad component along each axis.
    """
    shape = _box(INDIVIDUAL_STEP_MM)
    field = np.zeros((3, *shape), dtype=np.float32)
    for deviation, smoothness_mm in ((amplitude_mm, 22.0), (0.25 * amplitude_mm, 9.0)):
        for axis in range(3):
            noise = gaussian_filter(rng.standard_normal(shape, dtype=np.float32), smoothness_mm / INDIVIDUAL_STEP_MM)
            field[axis] += deviation * noise / noise.std()
    return Displacement(torch.from_numpy(field), INDIVIDUAL_STEP_MM)


def atrophy(degrees: Degrees) -> Displacement:
    """From a brain with these degrees of atrophy to the template."""
    of_ventricles, of_hippocampi, of_brain = _of_degree_one()
    field = degrees.ventricles * of_ventricles + degrees.hippocampi * of_hippocampi + degrees.brain * of_brain
    return Displacement(torch.from_numpy(field), ATROPHY_STEP_MM)


@lru_cache(maxsize=1)
def _of_degree_one() -> tuple[NDArray[np.float32], ...]:
    """The displacements of ventricles, hippocampi and whole brain."""
    mesh = atrophy_mesh()
    return tuple(part(mesh).astype(np.float32) for part in (ventricles, hippocampi, whole_brain))


def atrophy_mesh() -> OpenMesh:
    """MNI millimetres of the grid of atrophy's displacements."""
    return open_mesh(LOW_MM, _box(ATROPHY_STEP_MM), ATROPHY_STEP_MM)


def ventricles(mesh: OpenMesh) -> NDArray[np.float64]:
    """At degree 1, (3, X, Y, Z): map the walls to points nearer the centre of the ventricle, which widens it.

    Smoothed to preserve septum and horns.
    """
    anatomy = load_anatomy()
    distance_mm = -signed_distance(anatomy.ventricle[::2, ::2, ::2] > 0, 2)
    wall = gaussian_filter(distance_mm, 1.25)
    channels = torch.from_numpy(np.stack([*np.gradient(wall, 2), wall]))
    points = np.stack(np.broadcast_arrays(*mesh)).reshape(3, -1)
    values, inside = sample(channels, torch.from_numpy((points.T - anatomy.origin_mm).astype(np.float32) / 2))
    outwards, distance = values[:3].numpy(), values[3].clamp(min=0).numpy()
    strength = VENTRICLE_WALL_MM * np.exp(-((distance / VENTRICLE_REACH_MM) ** 2)) * inside.numpy()
    return np.asarray(-outwards * strength).reshape(3, *np.broadcast_shapes(*(axis.shape for axis in mesh)))


def hippocampi(mesh: OpenMesh) -> NDArray[np.float64]:
    """At degree 1, (3, X, Y, Z): shrink sections towards their inferior medial edge, on the parahippocampal gyrus."""
    outwards, upwards = hippocampus_offset(mesh)
    reach = np.clip((2.4 - hippocampus_radius(mesh)) / 1.4, 0, 1)  # full effect inside, none from 2.4 radii on
    growth = HIPPOCAMPUS_SHRINKAGE / (1 - HIPPOCAMPUS_SHRINKAGE) * reach
    x = np.sign(mesh[0]) * HIPPOCAMPUS_RADII_MM[0] * growth * (outwards + 0.3)
    z = HIPPOCAMPUS_RADII_MM[1] * growth * (upwards + 0.4)
    return np.stack([x, np.zeros_like(x), z])


def whole_brain(mesh: OpenMesh) -> NDArray[np.float64]:
    """At degree 1, (3, X, Y, Z): map every point slightly outwards, which widens the fluid under the skull."""
    return BRAIN_SHRINKAGE * np.stack(np.broadcast_arrays(*(axis - c for axis, c in zip(mesh, CENTRE_MM, strict=True))))


def _box(step_mm: float) -> tuple[int, ...]:
    return tuple(int(n) for n in (HIGH_MM - LOW_MM) / step_mm + 1)
