"""Small synthetic volumes for tests: a head with a marked left side, every voxel order of it, its bytes as a file."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

import nibabel as nib
import numpy as np
import torch
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_brain_mask, load_mni152_template
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt, gaussian_filter, map_coordinates

from adcore.case.scan import Scan, SourceFormat
from adcore.prepare.segmentation.network import GRID_SHAPE, GRID_SPACING_MM, grid_affine
from adcore.prepare.segmentation.segmentation import Segmentation
from adcore.prepare.segmentation.structures import CLASSES, Side, label_of
from adcore.readers import read_upload

MARKER_MM = (-30.0, -26.0, 28.0)
"""Centre of the head's marker in MNI152: left white matter, on the planes that the networks read."""

MARKER_RADIUS_MM = 9.0


@dataclass(frozen=True, eq=False)
class Head:
    """A head whose truth is known.

    Attributes:
        voxels: float32 (I, J, K); white matter is about 0.85, the marker `marker`, air 0 plus noise.
        affine: float64 (4, 4) to RAS+ scanner millimetres.
        mni_affine: float64 (4, 4) to MNI152 millimetres: what a registration should find.
        marker_mm: (3,) the marker's centre in scanner millimetres.
    """

    voxels: NDArray[np.float32]
    affine: NDArray[np.float64]
    mni_affine: NDArray[np.float64]
    marker_mm: NDArray[np.float64]


def head(
    spacing_mm: tuple[float, float, float] = (4.0, 4.0, 4.0),
    *,
    pose: NDArray[np.float64] | None = None,
    skull: bool = True,
    marker: float = 1.5,
    noise: float = 0.01,
    seed: int = 0,
) -> Head:
    """MNI152's brain, uneven as a person's, inside a simulated skull and scalp, with a bright ball in the left hemisphere.

    Args:
        spacing_mm: along x, y, z; every choice gives three unequal sides.
        pose: (4, 4) MNI152 to scanner millimetres; where the head lies in the scanner. Identity by default.
        skull: False gives a stripped brain.
        marker: the ball's intensity; 0 is a dark one.
        noise: standard deviation, white matter being about 0.85.
    """
    low, high = np.array([-92.0, -126.0, -88.0]), np.array([92.0, 94.0, 100.0])
    mni_affine = np.diag([*spacing_mm, 1.0])
    mni_affine[:3, 3] = low
    i, j, k = np.ceil((high - low) / spacing_mm).astype(int)
    points = apply_affine(mni_affine, np.moveaxis(np.indices((i, j, k)), 0, -1))
    brain, height_mm = _mni_brain()
    to_index = np.linalg.inv(brain.affine)
    indices = np.moveaxis(apply_affine(to_index, points), -1, 0)
    voxels = map_coordinates(np.asarray(brain.dataobj), indices, order=1, cval=0.0)
    height = map_coordinates(height_mm, indices, order=1, mode="nearest")
    if skull:
        voxels = voxels + 0.12 * _between(height, 0, 3) + 0.05 * _between(height, 3, 7) + 0.8 * _between(height, 7, 13)
    distance = np.linalg.norm(points - MARKER_MM, axis=-1)
    ball = 1 / (1 + np.exp(np.clip((distance - MARKER_RADIUS_MM) / 1.0, -50, 50)))
    voxels = voxels * (1 - ball) + marker * ball
    voxels = np.abs(voxels + np.random.default_rng(seed).normal(0, noise, voxels.shape)).astype(np.float32)
    pose = np.eye(4) if pose is None else pose
    return Head(voxels, pose @ mni_affine, mni_affine, apply_affine(pose, np.array(MARKER_MM)))


def tiny_volume(shape: tuple[int, int, int] = (5, 6, 7), seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """A cheap volume whose voxels all differ, and an oblique right-angled affine with unequal spacing."""
    voxels = np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape).astype(np.float32)
    affine = rotation(10, -15, 5) @ np.diag([1.0, 1.25, 1.5, 1.0])
    affine[:3, 3] = [-12.5, 7.25, 30.0]
    return voxels, affine


def as_scan(voxels: NDArray[np.float32], affine: NDArray[np.float64]) -> Scan:
    """A valid Scan of these voxels, identified by their bytes."""
    digest = hashlib.sha256(voxels.tobytes() + affine.tobytes()).hexdigest()
    return Scan(np.array(voxels, np.float32), np.array(affine, np.float64), SourceFormat.SYNTHETIC, digest)


def rotation(x_degrees: float, y_degrees: float, z_degrees: float) -> NDArray[np.float64]:
    """(4, 4) rotation about x, then y, then z."""
    matrix = np.eye(4)
    matrix[:3, :3] = nib.eulerangles.euler2mat(*np.radians([z_degrees, y_degrees, x_degrees]))
    return matrix


def orientations() -> Iterator[tuple[tuple[int, int, int], tuple[bool, bool, bool]]]:
    """All 48 voxel orders: (axis order, whether each new axis runs backwards)."""
    for order in permutations((0, 1, 2)):
        for flips in product((False, True), repeat=3):
            yield (order[0], order[1], order[2]), (flips[0], flips[1], flips[2])


def reorient(
    voxels: NDArray[np.float32],
    affine: NDArray[np.float64],
    order: tuple[int, int, int],
    flips: tuple[bool, bool, bool],
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Store the same head in another voxel order; the affine follows, so every voxel stays where it was."""
    moved = np.transpose(voxels, order)
    step = np.zeros((4, 4))
    step[3, 3] = 1
    for new, (old, flip) in enumerate(zip(order, flips, strict=True)):
        step[old, new] = -1 if flip else 1
        step[old, 3] = moved.shape[new] - 1 if flip else 0
    moved = np.flip(moved, tuple(axis for axis, flip in enumerate(flips) if flip))
    return np.ascontiguousarray(moved), affine @ step


def file_bytes(voxels: NDArray, affine: NDArray[np.float64], suffix: str = ".nii.gz") -> bytes:
    """The bytes of a .nii, .nii.gz, .mgh or .mgz file of this volume, its dtype kept."""
    kind = nib.MGHImage if suffix in (".mgh", ".mgz") else nib.Nifti1Image
    data: bytes = kind(voxels, affine).to_bytes()
    return gzip.compress(data, mtime=0) if suffix in (".nii.gz", ".mgz") else data


def read_scan_bytes(data: bytes, name: str) -> Scan:
    """Read one uploaded file."""
    return read_upload([(name, data)])


def no_parts() -> Segmentation:
    """A segmentation that found nothing; takes no memory."""
    probabilities = torch.zeros(CLASSES, 1, 1, 1, dtype=torch.float16)
    probabilities[0] = 1
    return Segmentation(probabilities.expand(-1, *GRID_SHAPE), np.zeros(GRID_SHAPE, np.uint8), np.zeros(CLASSES))


BALLS_MM = {
    "white matter": ((28.0, -18.0, 8.0), (27.0, 70.0, 50.0)),
    "lateral ventricle": ((12.0, -10.0, 18.0), (7.0, 25.0, 9.0)),
    "parahippocampal gyrus": ((23.0, -24.0, -25.0), (6.0, 14.0, 5.0)),
    "hippocampus": ((26.0, -22.0, -14.0), (6.0, 15.0, 6.0)),
    "amygdala": ((23.0, -3.0, -18.0), (6.0, 6.0, 6.0)),
    "inferior horn": ((35.0, -22.0, -10.0), (3.0, 9.0, 4.0)),
}
"""Centre on the patient's right and half axes in MNI152 of each part of some_parts, later ones over earlier ones."""


@lru_cache(maxsize=1)
def some_parts() -> Segmentation:
    """A segmentation with ellipsoids for some parts, alike on both sides."""
    points = apply_affine(grid_affine(), np.moveaxis(np.indices(GRID_SHAPE), 0, -1))
    labels = np.zeros(GRID_SHAPE, np.uint8)
    for structure, (centre, half_axes) in BALLS_MM.items():
        for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1)):
            distance = np.linalg.norm((points - np.array(centre) * (sign, 1, 1)) / half_axes, axis=-1)
            labels[distance <= 1] = label_of(structure, side)
    probabilities = torch.zeros(CLASSES, *GRID_SHAPE, dtype=torch.float16)
    probabilities.scatter_(0, torch.from_numpy(labels).long()[None], 1.0)
    volumes = np.bincount(labels.ravel(), minlength=CLASSES) * GRID_SPACING_MM**3
    return Segmentation(probabilities, labels, volumes.astype(np.float64))


def with_header(nifti: bytes, **fields: object) -> bytes:
    """The bytes of an uncompressed NIfTI-1 file with some header fields overwritten, sensibly or not."""
    header = np.frombuffer(nifti[:348], nib.Nifti1Header.template_dtype).copy()
    for name, value in fields.items():
        header[name] = value
    return header.tobytes() + nifti[348:]


def _between(height: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """1 in the shell between two heights over the brain's surface (mm), with an edge of about 1 mm."""
    return np.clip(height - low + 0.5, 0, 1) * np.clip(high - height + 0.5, 0, 1)


@lru_cache(maxsize=1)
def _mni_brain() -> tuple[nib.Nifti1Image, NDArray[np.float64]]:
    """MNI152's brain at 2 mm, and millimetres from each voxel to the brain's surface (0 inside).

    Its intensities vary by up to 20% over some millimetres: an average of people is no patient's scan, and refused as such.
    """
    template, mask = load_mni152_template(resolution=1), load_mni152_brain_mask(resolution=1)
    affine = template.affine @ np.diag([2.0, 2.0, 2.0, 1.0])
    pad = 16  # voxels of 2 mm: room for the scalp around the brain
    affine[:3, 3] -= 2.0 * pad
    brain = np.pad(np.asarray(template.dataobj)[::2, ::2, ::2], pad)
    inside = binary_fill_holes(np.pad(np.asarray(mask.dataobj)[::2, ::2, ::2] > 0, pad))
    uneven = gaussian_filter(np.random.default_rng(3).normal(size=brain.shape), 1.5)
    brain = brain * (1 + 0.20 * np.clip(uneven / (1.5 * uneven.std()), -1, 1))
    return nib.Nifti1Image(brain.astype(np.float32), affine), 2.0 * distance_transform_edt(~inside)
