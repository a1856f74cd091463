"""Degradations by scanners and exports, and planted atrophy: the conditions under which the structure network is evaluated."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from nibabel.affines import apply_affine, from_matvec, voxel_sizes
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray

from adcore.case.scan import Scan
from adcore.cohorts.synthetic.planted import Planted, plant
from adcore.errors import CohortError
from adcore.prepare.placement import place
from adcore.prepare.segmentation.structures import OUTSIDE

SLICE_MM = 5.0
ROTATION_DEGREES = 20.0
TOP_MM = 30.0
BOTTOM_MM = 40.0
BIAS = 0.5
NOISE = 0.08
DEGREE = 1.0
"""Of planted atrophy: marked."""


@dataclass(frozen=True, eq=False)
class LabelledScan:
    """A scan with labels on a grid of their own.

    Attributes:
        labels: uint8 (X, Y, Z), classes of adcore.prepare.segmentation.structures.
        labels_affine: (4, 4), their voxel indices to the scan's RAS+ millimetres.
    """

    scan: Scan
    labels: NDArray[np.uint8]
    labels_affine: NDArray[np.float64]


def _as_scanned(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    return labelled


def _thick_slices(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """Slices of 5 mm along the superior-inferior axis; the labels keep their resolution."""
    scan = labelled.scan
    axis = _upward(scan.affine)
    factor = SLICE_MM / voxel_sizes(scan.affine)[axis]
    count = int(scan.voxels.shape[axis] / factor)
    edges = np.arange(count + 1) * factor  # in voxels from the first voxel's border
    summed = np.insert(np.cumsum(np.moveaxis(scan.voxels, axis, -1), axis=-1, dtype=np.float64), 0, 0, axis=-1)
    whole, fraction = np.floor(edges).astype(int), edges % 1
    below = summed[..., whole] * (1 - fraction) + summed[..., np.minimum(whole + 1, summed.shape[-1] - 1)] * fraction
    thick = np.moveaxis(np.diff(below, axis=-1) / factor, -1, axis)
    step, start = np.ones(3), np.zeros(3)
    step[axis], start[axis] = factor, factor / 2 - 0.5
    return replace(labelled, scan=_like(scan, thick, scan.affine @ from_matvec(np.diag(step), start)))


def _rotated(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The scan rotated by 20 degrees about two axes: only the affines change, so nothing is interpolated."""
    angles = np.deg2rad(ROTATION_DEGREES) * random.choice([-1, 1], 2)
    centre = apply_affine(labelled.scan.affine, (np.array(labelled.scan.voxels.shape) - 1) / 2)
    rotation = euler2mat(0, *angles)
    matrix = from_matvec(rotation, centre - rotation @ centre)
    return LabelledScan(
        _like(labelled.scan, labelled.scan.voxels, matrix @ labelled.scan.affine),
        labelled.labels,
        matrix @ labelled.labels_affine,
    )


def _without_top(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The top 30 mm of the brain outside the field of view."""
    top = _inside_heights(labelled).max() - TOP_MM
    return _cut(labelled, lambda heights: heights <= top)


def _without_bottom(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The bottom 40 mm of the brain outside the field of view, with the neck."""
    bottom = _inside_heights(labelled).min() + BOTTOM_MM
    return _cut(labelled, lambda heights: heights >= bottom)


def _strong_bias(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """A receive field up to three times as bright on one side as on the other: exp of a random linear and quadratic field."""
    axes = np.meshgrid(*(np.linspace(-1, 1, n) for n in labelled.scan.voxels.shape), indexing="ij", sparse=True)
    field = sum(random.choice([-1, 1]) * BIAS * axis + random.uniform(-1, 1) * BIAS * axis**2 for axis in axes)
    return replace(labelled, scan=_like(labelled.scan, labelled.scan.voxels * np.exp(field), labelled.scan.affine))


def _noise(labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """Rician noise of 8% of the head's bright intensities."""
    voxels = labelled.scan.voxels
    spread = NOISE * float(np.percentile(voxels[voxels > voxels.mean()], 95))
    real, imaginary = random.normal(0, spread, (2, *voxels.shape))
    return replace(labelled, scan=_like(labelled.scan, np.hypot(voxels + real, imaginary), labelled.scan.affine))


@dataclass(frozen=True, eq=False)
class _LabelledHead:
    """What adcore.cohorts.synthetic.planted.plant asks of a head; the labels are the reference, not the network's."""

    scan: Scan
    voxels_to_atlas: NDArray[np.float64]
    structures: NDArray[np.uint8]

    @property
    def brain_mask(self) -> NDArray[np.bool_]:
        return self.structures != OUTSIDE


def _planted(kind: Planted, labelled: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """Atrophy planted into the head, with its labels moved along; they have to lie on the scan's own grid."""
    if labelled.labels.shape != labelled.scan.voxels.shape or not np.allclose(
        labelled.labels_affine, labelled.scan.affine, atol=1e-3
    ):
        raise CohortError("Expected labels on the scan's own grid, got others. Resample them to the scan.")
    to_atlas = np.linalg.inv(place(labelled.scan).atlas_to_scan) @ labelled.scan.affine
    planted = plant(_LabelledHead(labelled.scan, to_atlas, labelled.labels), kind, DEGREE)
    return replace(labelled, scan=planted.scan, labels=planted.labels)


CONDITIONS: dict[str, Callable[[LabelledScan, np.random.Generator], LabelledScan]] = {
    "as scanned": _as_scanned,
    "slices of 5 mm": _thick_slices,
    "rotated by 20 degrees about two axes": _rotated,
    "30 mm cut off from above": _without_top,
    "40 mm cut off from below": _without_bottom,
    "strong bias field": _strong_bias,
    "noise of 8%": _noise,
    **{f"planted: {kind}": partial(_planted, kind) for kind in (Planted.MEDIAL_TEMPORAL, Planted.LEFT, Planted.VENTRICLES)},
}
"""By name; each takes a labelled scan and a random generator."""


def _like(scan: Scan, voxels: NDArray[np.floating], affine: NDArray[np.float64]) -> Scan:
    return Scan(np.ascontiguousarray(voxels, dtype=np.float32), np.array(affine), scan.source_format, scan.sha256)


def _upward(affine: NDArray[np.float64]) -> int:
    return int(np.abs(affine[2, :3] / voxel_sizes(affine)).argmax())


def _inside_heights(labelled: LabelledScan) -> NDArray[np.float64]:
    return apply_affine(labelled.labels_affine, np.argwhere(labelled.labels > 0))[:, 2]


def _cut(labelled: LabelledScan, keep: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> LabelledScan:
    """Only the slices whose centre lies at a kept height, with labels only inside them."""
    scan = labelled.scan
    axis = _upward(scan.affine)
    centres = np.tile((np.array(scan.voxels.shape) - 1) / 2, (scan.voxels.shape[axis], 1))
    centres[:, axis] = np.arange(scan.voxels.shape[axis])
    kept = np.flatnonzero(keep(apply_affine(scan.affine, centres)[:, 2]))
    window = [slice(None)] * 3
    window[axis] = slice(kept[0], kept[-1] + 1)
    start = np.zeros(3)
    start[axis] = kept[0]
    shifted = scan.affine @ from_matvec(np.eye(3), start)
    voxels = np.stack(np.meshgrid(*(np.arange(n) for n in labelled.labels.shape), indexing="ij"), axis=-1)
    places = apply_affine(np.linalg.inv(scan.affine) @ labelled.labels_affine, voxels)[..., axis]
    inside = (places >= kept[0] - 0.5) & (places <= kept[-1] + 0.5)
    labels = np.where(inside, labelled.labels, 0).astype(np.uint8)
    return LabelledScan(_like(scan, scan.voxels[tuple(window)], shifted), labels, labelled.labels_affine)
