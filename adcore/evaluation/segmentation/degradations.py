"""What scanners and exports do to a head: the conditions under which the structure network is measured."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from nibabel.affines import apply_affine, from_matvec, voxel_sizes
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray

from adcore.case.scan import Scan

SLICE_MM = 5.0
TURN_DEGREES = 20.0
CROWN_MM = 30.0
NECK_MM = 40.0
BIAS = 0.5
NOISE = 0.08


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


def _as_scanned(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    return head


def _thick_slices(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """Slices of 5 mm along the axis that runs upwards; the labels stay fine."""
    scan = head.scan
    axis = _upward(scan.affine)
    factor = SLICE_MM / voxel_sizes(scan.affine)[axis]
    count = int(scan.voxels.shape[axis] / factor)
    edges = np.arange(count + 1) * factor  # in voxels from the first one's border
    summed = np.insert(np.cumsum(np.moveaxis(scan.voxels, axis, -1), axis=-1, dtype=np.float64), 0, 0, axis=-1)
    whole, part = np.floor(edges).astype(int), edges % 1
    below = summed[..., whole] * (1 - part) + summed[..., np.minimum(whole + 1, summed.shape[-1] - 1)] * part
    thick = np.moveaxis(np.diff(below, axis=-1) / factor, -1, axis)
    step, start = np.ones(3), np.zeros(3)
    step[axis], start[axis] = factor, factor / 2 - 0.5
    return replace(head, scan=_like(scan, thick, scan.affine @ from_matvec(np.diag(step), start)))


def _turned(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The head tilted by 20 degrees about two axes: only the affines change, so that nothing is blurred."""
    angles = np.deg2rad(TURN_DEGREES) * random.choice([-1, 1], 2)
    centre = apply_affine(head.scan.affine, (np.array(head.scan.voxels.shape) - 1) / 2)
    turn = euler2mat(0, *angles)
    matrix = from_matvec(turn, centre - turn @ centre)
    return LabelledScan(_like(head.scan, head.scan.voxels, matrix @ head.scan.affine), head.labels, matrix @ head.labels_affine)


def _without_crown(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The uppermost 30 mm of the brain outside the image."""
    top = _inside_heights(head).max() - CROWN_MM
    return _cut(head, lambda heights: heights <= top)


def _without_neck(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """The lowermost 40 mm of the brain outside the image, with the neck."""
    bottom = _inside_heights(head).min() + NECK_MM
    return _cut(head, lambda heights: heights >= bottom)


def _strong_bias(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """A coil that sees one side up to three times as bright as the other: exp of a random linear and square field."""
    axes = np.meshgrid(*(np.linspace(-1, 1, n) for n in head.scan.voxels.shape), indexing="ij", sparse=True)
    field = sum(random.choice([-1, 1]) * BIAS * axis + random.uniform(-1, 1) * BIAS * axis**2 for axis in axes)
    return replace(head, scan=_like(head.scan, head.scan.voxels * np.exp(field), head.scan.affine))


def _noise(head: LabelledScan, random: np.random.Generator) -> LabelledScan:
    """Rician noise of 8% of the bright end of the head."""
    voxels = head.scan.voxels
    spread = NOISE * float(np.percentile(voxels[voxels > voxels.mean()], 95))
    real, imaginary = random.normal(0, spread, (2, *voxels.shape))
    return replace(head, scan=_like(head.scan, np.hypot(voxels + real, imaginary), head.scan.affine))


CONDITIONS: dict[str, Callable[[LabelledScan, np.random.Generator], LabelledScan]] = {
    "as scanned": _as_scanned,
    "slices of 5 mm": _thick_slices,
    "turned by 20 degrees about two axes": _turned,
    "30 mm of the crown cut off": _without_crown,
    "40 mm cut off from below": _without_neck,
    "strong bias field": _strong_bias,
    "noise of 8%": _noise,
}
"""By name; each takes a labelled scan and a source of randomness."""


def _like(scan: Scan, voxels: NDArray[np.floating], affine: NDArray[np.float64]) -> Scan:
    return Scan(np.ascontiguousarray(voxels, dtype=np.float32), np.array(affine), scan.source_format, scan.sha256)


def _upward(affine: NDArray[np.float64]) -> int:
    return int(np.abs(affine[2, :3] / voxel_sizes(affine)).argmax())


def _inside_heights(head: LabelledScan) -> NDArray[np.float64]:
    return apply_affine(head.labels_affine, np.argwhere(head.labels > 0))[:, 2]


def _cut(head: LabelledScan, keep: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> LabelledScan:
    """Only the slices whose middle lies at a kept height; labels outside them are gone too."""
    scan = head.scan
    axis = _upward(scan.affine)
    middles = np.tile((np.array(scan.voxels.shape) - 1) / 2, (scan.voxels.shape[axis], 1))
    middles[:, axis] = np.arange(scan.voxels.shape[axis])
    kept = np.flatnonzero(keep(apply_affine(scan.affine, middles)[:, 2]))
    window = [slice(None)] * 3
    window[axis] = slice(kept[0], kept[-1] + 1)
    start = np.zeros(3)
    start[axis] = kept[0]
    shifted = scan.affine @ from_matvec(np.eye(3), start)
    voxels = np.stack(np.meshgrid(*(np.arange(n) for n in head.labels.shape), indexing="ij"), axis=-1)
    places = apply_affine(np.linalg.inv(scan.affine) @ head.labels_affine, voxels)[..., axis]
    seen = (places >= kept[0] - 0.5) & (places <= kept[-1] + 0.5)
    labels = np.where(seen, head.labels, 0).astype(np.uint8)
    return LabelledScan(_like(scan, scan.voxels[tuple(window)], shifted), labels, head.labels_affine)
