"""The anatomy of every synthetic head: MNI152 as nilearn ships it, with ventricles and hippocampi segmented on it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from nibabel.affines import from_matvec
from nilearn.datasets import (
    load_mni152_brain_mask,
    load_mni152_gm_template,
    load_mni152_template,
    load_mni152_wm_template,
)
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt, find_objects, gaussian_filter, label
from torch import Tensor

CSF, GREY, WHITE = 0.16, 0.62, 0.93
"""T1 intensities of the tissues of a synthetic brain."""

MARGIN_MM = 4
"""Margin of the template kept around the brain."""

VENTRICLE_MM = (12, -10, 22)
"""A point in the body of the lateral ventricle, MNI millimetres."""

# The axis of the hippocampus from head to tail: |x|, y, z in MNI millimetres, after the CerebrA atlas (Manera 2020).
HIPPOCAMPUS_AXIS = np.array(
    [
        (19.5, -6.0, -26.0),
        (22.5, -10.0, -23.6),
        (25.4, -14.0, -21.4),
        (26.5, -18.0, -19.1),
        (28.7, -22.0, -16.9),
        (28.9, -26.0, -13.8),
        (27.5, -30.0, -11.1),
        (27.3, -34.0, -7.5),
        (24.3, -38.0, -1.8),
        (22.9, -42.0, 0.5),
    ]
)
HIPPOCAMPUS_RADII_MM = (9.5, 5.8)
"""Half width (x) and half height (z) of its coronal section, after the same atlas."""

HORN_REACH = 0.6
"""Extent of the temporal horn beyond the border of the hippocampus at degree 1, in radii of the hippocampus."""

FLUID_EDGE = 2.2
"""Fluid fraction gained per degree at the border of fluid."""

OpenMesh = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""MNI millimetres x, y, z of a grid as three arrays that broadcast to its shape."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """The template brain at 1 mm.

    Attributes:
        origin_mm: (3,) MNI millimetres of the first voxel; the grid is upright.
        intensity: float32 (X, Y, Z), T1 of the bare brain on the scale of CSF, GREY and WHITE.
        brain: float32, share of each voxel inside the brain outline.
        ventricle, hippocampus: float32, 1 inside the structure, on both sides.
    """

    origin_mm: NDArray[np.float64]
    intensity: NDArray[np.float32]
    brain: NDArray[np.float32]
    ventricle: NDArray[np.float32]
    hippocampus: NDArray[np.float32]

    @property
    def affine(self) -> NDArray[np.float64]:
        """Voxel indices to MNI millimetres, (4, 4)."""
        return from_matvec(np.eye(3), self.origin_mm)

    @property
    def from_mm(self) -> NDArray[np.float64]:
        """MNI millimetres to voxel indices, (4, 4)."""
        return from_matvec(np.eye(3), -self.origin_mm)

    def mesh(self) -> OpenMesh:
        """Positions of the voxels."""
        return open_mesh(self.origin_mm, self.intensity.shape)


@lru_cache(maxsize=1)
def load_anatomy() -> Anatomy:
    """Read and segment the template, once per process."""
    mask_image = load_mni152_brain_mask(resolution=1)
    filled = binary_fill_holes(np.asarray(mask_image.dataobj) > 0)
    around = tuple(slice(max(0, s.start - MARGIN_MM), s.stop + MARGIN_MM) for s in find_objects(filled.astype(int))[0])
    origin = mask_image.affine[:3, 3] + [s.start for s in around]
    t1, grey, white = (
        np.asarray(loaded.dataobj, dtype=np.float32)[around]
        for loaded in (load_mni152_template(1), load_mni152_gm_template(1), load_mni152_wm_template(1))
    )
    outline = filled[around]
    csf = np.where(outline, np.clip(1 - grey - white, 0, 1), 0).astype(np.float32)
    hippocampus = (hippocampus_radius(open_mesh(origin, t1.shape)) < 1) & (grey > 0.5)
    return Anatomy(
        origin_mm=origin,
        intensity=_contrast(t1),
        brain=gaussian_filter(outline.astype(np.float32), 0.7),
        ventricle=_lateral_ventricles(csf, outline, origin).astype(np.float32),
        hippocampus=hippocampus.astype(np.float32),
    )


def open_mesh(origin_mm: NDArray[np.float64], shape: tuple[int, ...], step_mm: float = 1.0) -> OpenMesh:
    """MNI millimetres of an axis-aligned grid."""
    x, y, z = np.meshgrid(
        *(o + step_mm * np.arange(n) for o, n in zip(origin_mm, shape, strict=True)), indexing="ij", sparse=True
    )
    return x, y, z


def signed_distance(inside: NDArray[np.bool_], step_mm: float) -> NDArray[np.float32]:
    """Distance in millimetres to the border of a region, positive inside."""
    distance = distance_transform_edt(inside) - distance_transform_edt(~inside)
    return np.asarray(step_mm * distance, dtype=np.float32)


def hippocampus_offset(mesh: OpenMesh) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Position of points relative to the axis of the hippocampus on their side, in the coronal plane.

    Returns:
        lateral and superior offset, in half widths and half heights of the hippocampus.
    """
    x, y, z = mesh
    axis = HIPPOCAMPUS_AXIS[::-1]  # np.interp needs increasing y
    outwards = np.abs(x) - np.interp(y, axis[:, 1], axis[:, 0])
    upwards = z - np.interp(y, axis[:, 1], axis[:, 2])
    return outwards / HIPPOCAMPUS_RADII_MM[0], upwards / HIPPOCAMPUS_RADII_MM[1]


def hippocampus_radius(mesh: OpenMesh) -> NDArray[np.float64]:
    """Distance from the axis of the hippocampus, 1 at its border; beyond its ends it increases by 1 every 4 mm."""
    outwards, upwards = hippocampus_offset(mesh)
    y, last, first = mesh[1], HIPPOCAMPUS_AXIS[-1, 1], HIPPOCAMPUS_AXIS[0, 1]
    beyond = np.maximum(0, np.maximum(last - y, y - first)) / 4
    return np.asarray(np.hypot(outwards, upwards) + beyond)


def horn_degree(mesh: OpenMesh) -> NDArray[np.float64]:
    """The degree of atrophy at which points turn to fluid: the horn opens along the hippocampus's superior lateral border.

    Args:
        mesh: points as in hippocampus_radius.
    """
    outwards, upwards = hippocampus_offset(mesh)
    radius = hippocampus_radius(mesh)
    along = (0.75 * outwards + 0.66 * upwards) / np.maximum(radius, 0.1)  # cosine to the superior lateral direction
    beyond = np.where(radius > 1, (radius - 1) / HORN_REACH, (1 - radius) / 0.15)
    return np.minimum(beyond / np.clip(along, 0.02, None), 9)


def fluid_fraction(beyond: Tensor) -> Tensor:
    """Share of fluid where the degree of atrophy exceeds that at which a point turns to fluid by this much."""
    return (0.5 + FLUID_EDGE * beyond).clamp(0, 1)


def _lateral_ventricles(csf: NDArray[np.float32], outline: NDArray[np.bool_], origin: NDArray[np.float64]) -> NDArray[np.bool_]:
    coarse = distance_transform_edt(outline[::2, ::2, ::2]) * 2 > 18  # at this depth, only ventricles are fluid
    deep = coarse.repeat(2, 0).repeat(2, 1).repeat(2, 2)[tuple(slice(n) for n in csf.shape)]
    fluid, _ = label((csf > 0.5) & deep)
    ventricles: NDArray[np.bool_] = fluid == fluid[tuple((np.array(VENTRICLE_MM) - origin).astype(int))]
    return ventricles


def _contrast(t1: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sharpen the average of 152 subjects, and give the tissues the contrast of a single scan."""
    sharp = t1 + 0.9 * (t1 - gaussian_filter(t1, 2.0))
    # the template's fluid, grey and white matter are at 0.27, 0.64 and 0.87
    return np.interp(sharp, [0, 0.27, 0.64, 0.87, 1.1], [0.05, CSF, GREY, WHITE, 1.05]).astype(np.float32)
