"""From the places of single slices to one grid, or the reason why they make none. Knows nothing of pixels."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import MAX_DISTANCE_MM
from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom.header import Frame

MAX_ORIENTATION_CHANGE = 1e-3
"""Largest change of a direction cosine within a series: covers the digits that headers carry, 0.06 degrees."""

MAX_SKEW = 0.01
"""How far direction cosines may be from unit length, and slice positions from the slices' normal, as a share."""

MAX_UNEVEN = 0.02
"""How far a step between slices may be from their mean step, as a share of it: covers the digits that headers carry."""

NEARLY = 0.1
"""How far a step may be from a multiple of the smallest one, as a share of that, to be taken for several of it."""

GAP = 1.5
"""Steps from which on a slice is missing in between."""

SAME_PLACE_MM = 0.005
"""Positions closer than this are the same: half of the finest digit that headers usually carry."""

TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM counts to the patient's left and back, the affine here to the right and front."""


@dataclass(frozen=True, eq=False)
class Grid:
    """How slices make a volume.

    Attributes:
        order: for each slice of the volume, its place in the list that was given.
        affine: (4, 4), voxel (column, row, slice) to RAS+ millimetres.
    """

    order: tuple[int, ...]
    affine: NDArray[np.float64]

    @property
    def spacing(self) -> tuple[float, ...]:
        """Millimetres between columns, rows and slices."""
        return tuple(float(length) for length in np.linalg.norm(self.affine[:3, :3], axis=0))


def grid_of(frames: list[Frame]) -> Grid:
    """Sort slices along their normal and check that they lie evenly on one line.

    Raises:
        UnsupportedScanError: they make no volume; the sentence says why.
        UnreadableScanError: a slice is missing or doubled.
    """
    right, down, rows_mm, columns_mm = _common_plane(frames)
    if len(frames) < 2:
        raise UnsupportedScanError("The series has a single slice. Choose a T1 series that covers the whole head.")
    normal = np.cross(right, down)
    positions = np.array([frame.position for frame in frames])  # (n, 3), LPS
    depth = positions @ normal
    order = np.argsort(depth, kind="stable")
    positions, depth = positions[order], depth[order]
    _check_single(depth)
    step = (positions[-1] - positions[0]) / (len(frames) - 1)
    _check_even(np.diff(depth), depth[-1] - depth[0])
    aside = positions - positions[0] - np.outer(depth - depth[0], normal)
    if np.linalg.norm(aside, axis=1).max() > max(MAX_SKEW * (depth[-1] - depth[0]), SAME_PLACE_MM):
        raise UnsupportedScanError(
            "Expected slices stacked at a right angle, but they are sheared (a tilted gantry, or a series put together from "
            "parts). Export the original T1 series."
        )
    affine = np.eye(4)
    affine[:3, :] = np.column_stack((right * columns_mm, down * rows_mm, step, positions[0]))
    return Grid(tuple(int(place) for place in order), TO_RAS @ affine)


def _common_plane(frames: list[Frame]) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Unit vectors along rows and columns (LPS), and the millimetres between rows and between columns."""
    if any(frame.orientation is None for frame in frames):
        raise _lacks("orientation (Image Orientation Patient)")
    if any(frame.position is None for frame in frames):
        raise _lacks("position (Image Position Patient)")
    if any(frame.spacing is None or min(frame.spacing) <= 0 for frame in frames):
        raise _lacks("pixel spacing in the patient (Pixel Spacing)")
    if any(max(map(abs, frame.position or ())) > MAX_DISTANCE_MM for frame in frames):
        raise _lacks("position (Image Position Patient) within the scanner")
    orientations, spacings = np.array([frame.orientation for frame in frames]), np.array([frame.spacing for frame in frames])
    right, down = orientations[0, :3], orientations[0, 3:]
    with np.errstate(all="ignore"):  # hostile numbers: whatever is not a unit vector is refused
        lengths = np.linalg.norm([right, down], axis=1)
        if not (np.abs(lengths - 1) < MAX_SKEW).all() or not abs(right @ down) < MAX_SKEW:
            raise _lacks("orientation (Image Orientation Patient) that is a right angle")
        if np.abs(orientations - orientations[0]).max() > MAX_ORIENTATION_CHANGE:
            raise UnsupportedScanError(
                "The images of the series do not all lie in the same direction: a localizer, or one mixed in. "
                "Choose the T1 series alone."
            )
    if np.abs(spacings - spacings[0]).max() > MAX_ORIENTATION_CHANGE * spacings[0].min():
        raise UnsupportedScanError("The images of the series have different pixel spacings. Choose the T1 series alone.")
    return right / lengths[0], down / lengths[1], float(spacings[0, 0]), float(spacings[0, 1])


def _check_single(depth: NDArray[np.float64]) -> None:
    """Refuse several images at one place: 4-D where it is so everywhere, else doubled slices."""
    places = np.cumsum(np.diff(depth, prepend=depth[0]) > SAME_PLACE_MM)
    counts = Counter(Counter(places.tolist()).values())
    if set(counts) == {1}:
        return
    if len(counts) == 1:
        (times,) = counts
        raise UnsupportedScanError(
            f"The series holds {times} images at each position: several echoes, time points or image kinds (4-D). "
            "Export one of them as a series of its own."
        )
    doubled = sum(count for times, count in counts.items() if times > 1)
    raise UnreadableScanError(
        f"At {doubled} position{'s' * (doubled != 1)} the series holds more than one slice: duplicates, or several echoes. "
        "Export the T1 series again, each slice once."
    )


def _check_even(steps: NDArray[np.float64], extent: float) -> None:
    usual = float(np.median(steps))
    times = np.round(steps / steps.min())
    if np.abs(steps - times * steps.min()).max() <= NEARLY * steps.min():
        usual = float(steps.min())  # all steps are multiples of one: more slices may be missing than are there
    if steps.max() >= GAP * usual:
        missing = int((np.round(steps / usual) - 1)[steps >= GAP * usual].sum())
        raise UnreadableScanError(
            f"Expected slices {usual:.3g} mm apart, but about {max(missing, 1)} of them "
            f"{'is' if missing <= 1 else 'are'} missing. Copy or export the whole series again."
        )
    if np.abs(steps - extent / len(steps)).max() > max(MAX_UNEVEN * usual, SAME_PLACE_MM):
        raise UnsupportedScanError(
            f"Expected evenly spaced slices, got steps of {steps.min():.3g} to {steps.max():.3g} mm. "
            "Export the original T1 series."
        )


def _lacks(what: str) -> ScanError:
    return UnsupportedScanError(
        f"Expected every image to carry its {what}, but one lacks it or has no sensible value there. "
        "Export the original series from the scanner or archive."
    )
