"""Scans that no model should answer about, each made from a healthy head: what to do to it, and by how much, in one place.

Beside them stand the suitable ones that must pass: the head as it is, and as a picture of 8 bits in which nothing is clipped.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.scan import Scan
from adcore.case.stated import StatedPatient

Change = Callable[[Scan], Scan]

FULL = 255.0
"""Highest value of an 8-bit picture."""

HEAD = 0.1
"""Share of the 99th percentile above which a smoothed voxel is head, not air."""

COIL_BASE, COIL_SKIN = 0.6, 4.3
"""A surface coil's gain in the depth, and what it adds at the skin."""

TISSUES = (0.0, 0.3, 0.65, 0.95, 1.4)
"""Air, fluid, grey matter, white matter and fat in a T1, as shares of white matter's level near 0.95."""

CONTRASTS = {"T2": (0.0, 1.2, 0.7, 0.5, 0.9), "FLAIR": (0.0, 0.25, 0.85, 0.7, 0.9), "proton density": (0.0, 0.95, 0.9, 0.7, 0.8)}
"""What the same tissues have in other contrasts."""

BRAIN_MM, VESSELS_MM = 20.0, 24.0
"""Depth under the skin from which on there is brain, and the distance between vessels that enhance."""

SHIFT_VOXELS = (0.37, 0.42, 0.29)
"""By which a clipped scan is resampled with cubic splines."""


@dataclass(frozen=True)
class Case:
    """One way to make a scan unsuitable, or not.

    Attributes:
        name: of the kind.
        amount: of the change, with its unit; empty where there is none.
        change: the scan made of a head.
        suitable: whether the result has to pass every check.
    """

    name: str
    amount: str
    change: Change
    suitable: bool = False


def cases() -> tuple[Case, ...]:
    """Every case, the suitable ones first."""
    return (
        Case("as it is", "", lambda head: head, suitable=True),
        Case("8 bits, nothing clipped", "1.0", partial(windowed, factor=1.0), suitable=True),
        *(Case("display window burned in", f"{f:g}", partial(windowed, factor=f)) for f in (1.3, 1.4, 1.6, 1.8)),
        *(Case("window burned in, then resampled by splines", f"{f:g}", partial(window_resampled, factor=f)) for f in (1.4, 1.6)),
        Case("contrast agent", "vessels", enhanced),
        *(Case(f"contrast of a {name}", "", partial(in_contrast, name=name)) for name in CONTRASTS),
        Case("noise in the air, as an MP2RAGE's UNI", "full range", noisy_air),
        *(Case("surface coil, not normalised", f"reach {mm:g} mm", partial(near_coil, reach_mm=mm)) for mm in (35.0, 20.0)),
        Case("thick slices", "6 mm", partial(thick, millimetres=6.0)),
        Case("blurred", "6 mm", partial(blurred, fwhm_mm=6.0)),
        Case("noise", "20% of white matter", partial(noisy, share=0.2)),
        Case("vertex cut off", "40 mm", partial(cropped, millimetres=40.0)),
        Case("one half empty", "", half_empty),
        Case("header turned", "90 degrees", turned),
        Case("map of tissues", "4 values", tissue_map),
        Case("a child's by its header", "3 years", lambda head: replace(head, stated=StatedPatient(3.0))),
    )


def windowed(head: Scan, factor: float) -> Scan:
    """The head as a picture of 8 bits, brightened by a factor: what exceeds the highest value is clipped."""
    return _with(head, np.floor(np.clip(head.voxels / _bright(head) * FULL * factor, 0, FULL)))


def window_resampled(head: Scan, factor: float) -> Scan:
    """The same on another grid: its pile of highest values is smeared."""
    return resampled(windowed(head, factor))


def resampled(scan: Scan) -> Scan:
    """The scan on a grid shifted by fractions of a voxel, by cubic splines, which overshoot at a plateau's edge."""
    return _with(scan, ndimage.shift(scan.voxels, SHIFT_VOXELS, order=3, mode="nearest"))


def enhanced(head: Scan) -> Scan:
    """The head with enhancing vessels: a voxel wide, VESSELS_MM apart, along the third axis, 1.6 times white matter."""
    deep = _depth_mm(head) > BRAIN_MM
    first, second = (
        np.arange(count) % round(VESSELS_MM / size) == 0
        for count, size in zip(head.voxels.shape[:2], head.spacing[:2], strict=True)
    )
    vessels = deep & first[:, None, None] & second[None, :, None]
    return _with(head, np.where(vessels, 1.6 * np.percentile(head.voxels[deep], 90), head.voxels))


def in_contrast(head: Scan, name: str) -> Scan:
    """The head in another contrast, by a map of its tissues' intensities."""
    white = np.percentile(head.voxels[_depth_mm(head) > BRAIN_MM], 90) / 0.95
    return _with(head, 1000 * np.interp(head.voxels / white, TISSUES, CONTRASTS[name]))


def noisy_air(head: Scan) -> Scan:
    """Any value of the range as air, and the head compressed around its middle."""
    rng, bright = np.random.default_rng(1), _bright(head)
    air = head.voxels < 0.06 * bright
    voxels = np.clip(head.voxels / bright, 0, 1) * 3000 + 600
    voxels[air] = rng.uniform(0, 4095, int(air.sum()))
    return _with(head, np.floor(voxels))


def near_coil(head: Scan, reach_mm: float) -> Scan:
    """The head as a many-channel coil sees it: 4.9 times as bright at the skin, falling off exponentially with the depth."""
    gain = ndimage.gaussian_filter(COIL_BASE + COIL_SKIN * np.exp(-_depth_mm(head, filled=False) / reach_mm), 4)
    return _with(head, head.voxels * gain)


def thick(head: Scan, millimetres: float) -> Scan:
    """Slices averaged along the third axis."""
    count = max(2, round(millimetres / head.spacing[2]))
    slices = head.voxels[:, :, : head.voxels.shape[2] // count * count]
    voxels = slices.reshape(*slices.shape[:2], -1, count).mean(axis=3)
    affine = head.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (count - 1) / 2
    affine[:3, 2] *= count
    return replace(_with(head, voxels), affine=affine)


def blurred(head: Scan, fwhm_mm: float) -> Scan:
    """The head blurred by a Gaussian of this full width at half maximum."""
    return _with(head, ndimage.gaussian_filter(head.voxels, fwhm_mm / 2.3548 / head.spacing))


def noisy(head: Scan, share: float) -> Scan:
    """Rician noise, as a share of the level of white matter."""
    rng = np.random.default_rng(2)
    level = share * np.percentile(head.voxels[_depth_mm(head) > BRAIN_MM], 90)
    real, imaginary = (level * rng.standard_normal(head.voxels.shape) for _ in range(2))
    return _with(head, np.hypot(head.voxels + real, imaginary))


def cropped(head: Scan, millimetres: float) -> Scan:
    """The field of view ends this far under the vertex."""
    axis = int(np.abs(head.affine[2, :3]).argmax())
    upwards = head.affine[2, axis] > 0
    inside = np.flatnonzero(_head(head).any(axis=tuple(a for a in range(3) if a != axis)))
    cut = round(millimetres / head.spacing[axis])
    low, high = (0, inside[-1] - cut) if upwards else (inside[0] + cut, head.voxels.shape[axis])
    affine = head.affine.copy()
    affine[:3, 3] += affine[:3, axis] * low
    return replace(_with(head, np.take(head.voxels, np.arange(low, high), axis=axis)), affine=affine)


def half_empty(head: Scan) -> Scan:
    """No signal on one side of the head, as after a failed reconstruction."""
    axis = int(np.abs(head.affine[0, :3]).argmax())
    places = np.arange(head.voxels.shape[axis]) < np.argwhere(_head(head)).mean(axis=0)[axis]
    shape = [-1 if a == axis else 1 for a in range(3)]
    return _with(head, np.where(places.reshape(shape), 0, head.voxels))


def turned(head: Scan) -> Scan:
    """A header that turns the head by 90 degrees about the left-right axis."""
    matrix = np.eye(4)
    matrix[1:3, 1:3] = [[0, -1], [1, 0]]
    return replace(head, affine=matrix @ head.affine)


def tissue_map(head: Scan) -> Scan:
    """Air, fluid, grey and white matter as four numbers."""
    white = np.percentile(head.voxels[_depth_mm(head) > BRAIN_MM], 90) / 0.95
    return _with(head, np.digitize(head.voxels / white, (0.15, 0.48, 0.8)))


def _with(scan: Scan, voxels: NDArray[np.generic]) -> Scan:
    return replace(scan, voxels=np.ascontiguousarray(voxels, dtype=np.float32), source=None)


def _bright(scan: Scan) -> float:
    return float(np.percentile(scan.voxels, 99.9))


def _head(scan: Scan) -> NDArray[np.bool_]:
    smooth = ndimage.gaussian_filter(scan.voxels, 2)
    return np.asarray(smooth > HEAD * np.percentile(scan.voxels, 99))


def _depth_mm(scan: Scan, *, filled: bool = True) -> NDArray[np.float64]:
    """Distance under the skin, 0 outside; with `filled`, air within the head counts as head."""
    head = _head(scan)
    depth: NDArray[np.float64] = ndimage.distance_transform_edt(
        ndimage.binary_fill_holes(head) if filled else head, sampling=scan.spacing
    )
    return depth
