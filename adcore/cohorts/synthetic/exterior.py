"""The surroundings of a synthetic brain: fluid, skull, scalp, and a face and neck made of ellipsoids."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter
from torch import Tensor

from adcore.cohorts.synthetic.anatomy import CSF, OpenMesh, load_anatomy, open_mesh, signed_distance
from adcore.prepare.volume import sample

STEP_MM = 2
LOW_MM, SHAPE = np.array([-100.0, -140.0, -140.0]), (101, 131, 121)
"""The modelled box, MNI millimetres: ear to ear, back of the head to the nose, neck to vertex."""

CLOSING_MM = 9.0
"""Fissures and hollows of the brain outline narrower than twice this are bridged by the skull."""

FLUID_MM = 1.0
"""Distance between brain outline and skull at degree 0."""

SCALP_MM = 13.0
"""From the inner table of the skull to the skin."""

BONE, MARROW, MUSCLE, FAT, SKIN, AIR = 0.05, 0.38, 0.42, 0.95, 0.45, 0.01

# Millimetres outwards from the inner table of the skull, and T1 intensity there.
LAYERS_MM = (0.0, 0.8, 2.6, 3.4, 4.6, 5.4, 7.0, 7.8)
LAYERS = (CSF, BONE, BONE, MARROW, MARROW, BONE, BONE, MUSCLE)

# Millimetres inwards from the skin, and T1 intensity there.
SKIN_MM = (-0.5, 0.5, 1.8, 2.8, 4.6, 5.6)
SKIN_LAYERS = (AIR, SKIN, SKIN, FAT, FAT, MUSCLE)


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid of the face or neck: intensity, centre and radii in MNI millimetres; `paired` mirrors it to the other side."""

    intensity: float
    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    paired: bool = False


FLESH = (
    Ellipsoid(MUSCLE, (0, 38, -48), (64, 60, 58)),
    Ellipsoid(MUSCLE, (0, -4, -72), (68, 52, 52)),
    Ellipsoid(MUSCLE, (0, 44, -96), (46, 46, 34)),
    Ellipsoid(MUSCLE, (0, 96, -52), (13, 18, 17)),
    Ellipsoid(MUSCLE, (0, -38, -110), (58, 62, 90)),
)
"""Ellipsoids that form the outline of face, jaw, chin, nose and neck."""

INTERIOR = (
    Ellipsoid(FAT, (34, 62, -30), (21, 21, 19), paired=True),  # orbits
    Ellipsoid(0.22, (34, 67, -30), (12.5, 12.5, 12.5), paired=True),  # eyes
    Ellipsoid(FAT, (50, 50, -68), (12, 20, 20), paired=True),  # cheeks
    Ellipsoid(AIR, (27, 58, -58), (14, 17, 17), paired=True),  # maxillary sinuses
    Ellipsoid(MUSCLE, (7, 58, -52), (5, 32, 18), paired=True),  # turbinates
    Ellipsoid(AIR, (0, 62, -52), (6, 36, 22)),  # nasal cavity
    Ellipsoid(AIR, (0, 26, -32), (13, 13, 9)),  # sphenoid sinus
    Ellipsoid(AIR, (0, 14, -78), (9, 8, 44)),  # pharynx
    Ellipsoid(BONE, (0, 70, -82), (30, 22, 4)),  # palate and teeth
    Ellipsoid(0.5, (0, 48, -100), (24, 34, 17)),  # tongue
    Ellipsoid(BONE, (52, -24, -46), (13, 17, 18), paired=True),  # temporal bones
    Ellipsoid(BONE, (0, 4, -48), (18, 20, 16)),  # clivus
    Ellipsoid(0.55, (0, 2, -50), (10, 12, 10)),  # its marrow
    Ellipsoid(BONE, (0, -22, -110), (19, 15, 44)),  # vertebrae
    Ellipsoid(0.5, (0, -21, -110), (14, 11, 42)),  # their marrow
    Ellipsoid(CSF, (0, -46, -104), (11, 10, 50)),  # spinal canal
    Ellipsoid(0.75, (0, -46, -104), (6, 5, 48)),  # spinal cord
)
"""Structures inside, each painted over the ones before."""


def paint_exterior(points_mm: Tensor) -> tuple[Tensor, Tensor]:
    """T1 intensity of a head without its brain: air, scalp, skull, and fluid within.

    Args:
        points_mm: (n, 3) MNI millimetres.
    Returns:
        float32 (n,), white matter near 1; and bool (n,), whether a point lies inside the skull.
    """
    voxels = (points_mm - torch.from_numpy(LOW_MM.astype(np.float32))) / STEP_MM
    channels, inside = sample(_exterior(), voxels)
    outwards, inwards, face = channels.numpy()
    skull = np.interp(outwards, LAYERS_MM, LAYERS)
    flesh = skull + np.clip((outwards - LAYERS_MM[-1]) / 2, 0, 1) * (face - MUSCLE)
    skin = np.interp(inwards, SKIN_MM, SKIN_LAYERS)
    scalp = skin + np.clip((inwards - SKIN_MM[-1] + 1) / 1.5, 0, 1) * (flesh - skin)
    head = np.where(outwards < LAYERS_MM[-1], skull, scalp)
    intensity = np.where(inside.numpy(), head, AIR).astype(np.float32)
    return torch.from_numpy(intensity), inside & (channels[0] < 1)


@lru_cache(maxsize=1)
def _exterior() -> Tensor:
    """The head around the template brain, float32 (3, X, Y, Z) on the 2 mm grid that starts at LOW_MM.

    Channels: millimetres outwards from the inner table of the skull, millimetres inwards from the skin, and the T1
    intensity of face and neck.
    """
    outwards = gaussian_filter(-signed_distance(_cranial_cavity(), STEP_MM), 1.5)
    mesh = open_mesh(LOW_MM, SHAPE, STEP_MM)
    head = (outwards < SCALP_MM) & (mesh[2] > -60)
    for flesh in FLESH:
        head |= _distance(flesh, mesh) < 0
    inwards = gaussian_filter(signed_distance(head, STEP_MM), 1.5)
    face = np.full(SHAPE, MUSCLE)
    fat_planes = gaussian_filter(np.random.default_rng(0).standard_normal(SHAPE), (1.5, 3.0, 3.0))
    face += (FAT - MUSCLE) * np.clip(4 * (fat_planes / fat_planes.std() - 1.1), 0, 1)
    for ellipsoid in INTERIOR:
        face += np.clip(0.5 - _distance(ellipsoid, mesh) / 2.5, 0, 1) * (ellipsoid.intensity - face)
    return torch.from_numpy(np.stack([outwards, inwards, face]).astype(np.float32))


def _cranial_cavity() -> NDArray[np.bool_]:
    """The brain outline closed over its fissures, with a thin layer of fluid around it."""
    anatomy = load_anatomy()
    points = np.stack(np.broadcast_arrays(*open_mesh(LOW_MM, SHAPE, STEP_MM))).reshape(3, -1).T
    voxels = torch.from_numpy((points - anatomy.origin_mm).astype(np.float32))
    brain = sample(torch.from_numpy(anatomy.brain)[None], voxels)[0].numpy().reshape(SHAPE) > 0.5
    around = distance_transform_edt(~brain) * STEP_MM < CLOSING_MM
    return np.asarray(distance_transform_edt(around) * STEP_MM > CLOSING_MM - FLUID_MM)


def _distance(ellipsoid: Ellipsoid, mesh: OpenMesh) -> NDArray[np.float64]:
    """Approximate distance to the surface of an ellipsoid in millimetres, negative inside."""
    x, y, z = mesh
    centre, radii = ellipsoid.centre, ellipsoid.radii
    across = ((np.abs(x) if ellipsoid.paired else x) - centre[0]) / radii[0]
    radius = np.sqrt(across**2 + ((y - centre[1]) / radii[1]) ** 2 + ((z - centre[2]) / radii[2]) ** 2)
    return np.asarray((radius - 1) * min(radii))
