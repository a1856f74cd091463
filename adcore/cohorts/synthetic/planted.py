"""Atrophy of a known kind and degree planted into a real head: what an answer and its map should follow is then known.

The displacements are those of the synthetic heads. Horns are closed in most healthy heads, and what is closed can't be widened by
deformation: fluid of the head's own ventricles fills them, as in the synthetic heads.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from adcore.case.scan import Scan
from adcore.cohorts.synthetic import deformation
from adcore.cohorts.synthetic.anatomy import (
    OpenMesh,
    fluid_fraction,
    hippocampus_radius,
    horn_degree,
    load_anatomy,
    signed_distance,
)
from adcore.cohorts.synthetic.deformation import ATROPHY_STEP_MM, Displacement, atrophy_mesh
from adcore.errors import PreparationError
from adcore.prepare.deform import altered, atlas_points, deform
from adcore.prepare.segmentation.structures import Side, label_of, labels_of


class Planted(StrEnum):
    """What is planted; the occipital poles are the decoy: not on the networks' slices, and no sign of Alzheimer's disease."""

    HIPPOCAMPI = "hippocampi"
    HORNS = "inferior horns"
    MEDIAL_TEMPORAL = "hippocampi and horns"
    LEFT = "left hippocampus and horn"
    VENTRICLES = "lateral ventricles"
    WHOLE_BRAIN = "whole brain"
    DECOY = "occipital poles"


DEGREES = (0.3, 0.6, 0.9, 1.2, 1.5)
"""Up to the highest at which synthetic heads resemble a head."""

STRUCTURES_OF: dict[Planted, tuple[str, ...]] = {
    Planted.HIPPOCAMPI: ("hippocampus",),
    Planted.HORNS: ("inferior horn",),
    Planted.MEDIAL_TEMPORAL: ("hippocampus", "inferior horn"),
    Planted.LEFT: ("hippocampus", "inferior horn"),
    Planted.VENTRICLES: ("lateral ventricle",),
    Planted.WHOLE_BRAIN: (),
    Planted.DECOY: (),
}
"""The structures whose volume changes; none where all or none of those on the slices do."""

POLES_MM = ((22.0, -88.0, 0.0), (-22.0, -88.0, 0.0))
POLE_RADIUS_MM = 16.0
POLE_SHRINKAGE = deformation.HIPPOCAMPUS_SHRINKAGE

HELD_RADII = (1.3, 2.4)
"""Distances from the axis of the hippocampus, in its radii: widening ventricles move nothing within the first.

Beyond the second they move all.
"""

SKULL_MM = (-5.0, 2.0)
"""Depths under the brain's surface from which a shrinking brain begins to move and at which it moves with the rest."""

DOUBLINGS = 5
"""A velocity is followed in as many doublings of a small step."""

MIDLINE_MM = 3.0
"""Half width of the band in which one side's atrophy fades."""


class Head(Protocol):
    """A head in which something is planted: a prepared scan, or one whose labels come from elsewhere."""

    @property
    def scan(self) -> Scan:
        """The head as it is."""

    @property
    def voxels_to_atlas(self) -> NDArray[np.float64]:
        """(4, 4), voxel indices of the scan to MNI152 millimetres."""

    @property
    def structures(self) -> NDArray[np.uint8]:
        """(I, J, K), on the scan's own grid."""

    @property
    def brain_mask(self) -> NDArray[np.bool_]:
        """(I, J, K): fluid is added within."""


@dataclass(frozen=True, eq=False)
class PlantedScan:
    """A scan with planted atrophy.

    Attributes:
        labels: uint8 (I, J, K), the head's own structures, moved along: what a segmentation should find.
        counts: float64 (256,), voxels of each structure, border voxels by their share.
    """

    scan: Scan
    labels: NDArray[np.uint8]
    counts: NDArray[np.float64]

    @classmethod
    def unchanged(cls, head: Head) -> Self:
        """The head as it is, to compare with."""
        return cls(head.scan, head.structures, np.bincount(head.structures.ravel(), minlength=256).astype(np.float64))

    def volume_ml(self, *kinds: str) -> float:
        """Volume of structures, both sides together."""
        voxel_mm3 = abs(float(np.linalg.det(self.scan.affine[:3, :3])))
        return float(self.counts[list(labels_of(*kinds))].sum()) * voxel_mm3 / 1000


def plant(head: Head, kind: Planted, degree: float) -> PlantedScan:
    """Plant atrophy into a head.

    Args:
        degree: above 0; 1 is marked atrophy of that kind in the synthetic heads.
    Raises:
        PreparationError: no ventricle was found whose fluid could fill the horns.
    """
    field = displacement(kind, degree)
    moved = deform(head.scan, head.voxels_to_atlas, field, head.structures)
    planted = PlantedScan(moved.scan, moved.labels, moved.counts)
    if kind in (Planted.HORNS, Planted.MEDIAL_TEMPORAL, Planted.LEFT):
        return _open_horns(head, planted, field, degree, only_left=kind is Planted.LEFT)
    return planted


def displacement(kind: Planted, degree: float) -> Displacement:
    """From the head with planted atrophy to the head as it was: invertible, so that nothing tears or folds."""
    if kind is Planted.HORNS:  # fluid alone
        return Displacement(torch.from_numpy(velocity(kind).astype(np.float32)), ATROPHY_STEP_MM)
    return flow(degree * velocity(kind))


def flow(speed: NDArray[np.float64]) -> Displacement:
    """Follow a velocity (3, X, Y, Z) on atrophy's mesh for one unit of time.

    Halved until it is small, then doubled by going twice (Arsigny 2006), since wide ventricles displaced at once would fold over
    their middle.
    """
    field = torch.from_numpy((speed / 2**DOUBLINGS).astype(np.float32))
    start = torch.from_numpy(np.stack(np.broadcast_arrays(*atrophy_mesh())).reshape(3, -1).T.astype(np.float32))
    for _ in range(DOUBLINGS):
        once = Displacement(field, ATROPHY_STEP_MM)
        field = (once(start + field.flatten(1).T) - start).T.reshape(field.shape)
    return Displacement(field, ATROPHY_STEP_MM)


@lru_cache(maxsize=len(Planted))
def velocity(kind: Planted) -> NDArray[np.float64]:
    """The displacement of degree 1 on atrophy's mesh (3, X, Y, Z), which is followed as a velocity; 0 for horns."""
    mesh = atrophy_mesh()
    if kind in (Planted.HIPPOCAMPI, Planted.MEDIAL_TEMPORAL):
        return deformation.hippocampi(mesh)
    if kind is Planted.LEFT:
        return deformation.hippocampi(mesh) * _left(mesh[0])
    if kind is Planted.VENTRICLES:
        inner, outer = HELD_RADII
        return deformation.ventricles(mesh) * np.clip((hippocampus_radius(mesh) - inner) / (outer - inner), 0, 1)
    if kind is Planted.WHOLE_BRAIN:
        return deformation.whole_brain(mesh) * _inside_skull(mesh)
    if kind is Planted.DECOY:
        return _poles(mesh)
    return np.zeros((3, *np.broadcast_shapes(*(axis.shape for axis in mesh))))


def _inside_skull(mesh: OpenMesh) -> NDArray[np.float64]:
    """1 inside the brain, falling to 0 over SKULL_MM around its surface: the skull stays, and the fluid beneath it widens."""
    anatomy = load_anatomy()
    depth = signed_distance(anatomy.brain[::2, ::2, ::2] > 0.5, 2)
    points = np.stack(np.broadcast_arrays(*mesh)).reshape(3, -1).T - anatomy.origin_mm
    inside = map_coordinates(depth, points.T / 2, order=1, mode="nearest")
    outer, inner = SKULL_MM
    return np.asarray(np.clip((inside - outer) / (inner - outer), 0, 1)).reshape(np.broadcast_shapes(*(a.shape for a in mesh)))


def _poles(mesh: OpenMesh) -> NDArray[np.float64]:
    """Shrink both occipital poles towards their middle, as strongly as the hippocampi."""
    points = np.stack(np.broadcast_arrays(*mesh))
    field = np.zeros_like(points)
    for centre in POLES_MM:
        offset = points - np.array(centre)[:, None, None, None]
        near = np.exp(-((np.linalg.norm(offset, axis=0) / POLE_RADIUS_MM) ** 4))
        field += POLE_SHRINKAGE / (1 - POLE_SHRINKAGE) * near * offset
    return field


def _open_horns(head: Head, planted: PlantedScan, field: Displacement, degree: float, *, only_left: bool) -> PlantedScan:
    ventricle = np.isin(head.structures, labels_of("lateral ventricle"))
    if not ventricle.any():
        raise PreparationError("No lateral ventricle was found, so horns can't be opened. Use a scan that passes the checks.")
    fluid = float(np.median(head.scan.voxels[ventricle]))
    brain = np.flatnonzero(head.brain_mask)
    points = field(atlas_points(planted.labels.shape, head.voxels_to_atlas)[torch.from_numpy(brain)]).double().numpy()
    voxels, labels = planted.scan.voxels.ravel().copy(), planted.labels.ravel().copy()
    before = labels[brain]
    voxels[brain], labels[brain], added = fill_horns(voxels[brain], before, points, (degree, 0 if only_left else degree), fluid)
    counts = planted.counts + np.bincount(_horns(points[:, 0]), added, 256) - np.bincount(before, added, 256)
    return PlantedScan(altered(planted.scan, voxels.reshape(planted.labels.shape)), labels.reshape(planted.labels.shape), counts)


def fill_horns(
    voxels: NDArray[np.float32], labels: NDArray[Any], points: NDArray[np.float64], degrees: tuple[float, float], fluid: float
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64]]:
    """Open both temporal horns in n voxels of a brain.

    Args:
        labels: (n,), moved along; ventricles stay what they are.
        points: (n, 3), where each voxel lies in the head as it was, MNI millimetres.
        degrees: left, right.
        fluid: its intensity.
    Returns:
        the voxels, their labels, and the share of each that has become horn.
    """
    x, y, z = points.T
    on_left, (left, right) = _left(x), degrees
    turns = horn_degree((x, y, z))
    degree = left * on_left + right * (1 - on_left)
    before, after = (fluid_fraction(torch.from_numpy(beyond)) for beyond in (-turns, degree - turns))
    added: NDArray[np.float64] = ((after - before) / (1 - before).clamp_min(1e-6)).numpy()
    filled = voxels + (added * (fluid - voxels)).astype(np.float32)
    added[np.isin(labels, labels_of("lateral ventricle", "inferior horn"))] = 0
    return filled, np.where(added > 0.5, _horns(x), labels).astype(labels.dtype), added


def _horns(x: NDArray[np.float64]) -> NDArray[np.int64]:
    """The label of the temporal horn on each point's side."""
    return np.where(x < 0, label_of("inferior horn", Side.LEFT), label_of("inferior horn", Side.RIGHT))


def _left(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 on the patient's left, 0 on the right, linear across the midline."""
    return np.asarray(np.clip(0.5 - x / (2 * MIDLINE_MM), 0, 1))
