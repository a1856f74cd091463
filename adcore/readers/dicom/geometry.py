"""Combine the positions of single slices into one grid, or refuse them with the reason. Knows nothing of pixels."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import MAX_DISTANCE_MM
from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom.header import Frame

MAX_ORIENTATION_CHANGE = 1e-3
"""Largest change of a direction cosine within a series: 0.06 degrees, which covers the rounding in headers."""

MAX_SKEW = 0.01
"""Largest relative deviation of direction cosines from unit length, and of slice positions from the slice normal."""

MAX_UNEVEN = 0.02
"""Largest relative deviation of a step between slices from the mean step, which covers the rounding in headers."""

MAX_ROUNDING = 0.1
"""Largest rounding of positions, relative to the step, up to which an even series is taken for one. With coarser ones, an even
series and one that lacks a slice can be the same numbers, so it has to be shown that no slice can be missing."""

SLOPE_THIRDS = 60
"""Steps of the ternary search for the line that departs least: each leaves two thirds of the slopes."""

FIT_MARGIN = 1.1
"""Factor on the rounding of positions, because the fitted line is not exactly that of the slices before rounding."""

NEARLY = 0.1
"""Largest deviation of a step from a multiple of the smallest step, relative to it, to count as that multiple."""

GAP = 1.5
"""Number of usual steps from which a slice is missing in between."""

SAME_PLACE_MM = 0.005
"""Positions closer than this are the same: half of the last digit usual in headers."""

MIN_WRITTEN_ZEROS = 2
"""Zeros after the point from which a whole position is known to its last digit."""

TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM coordinates are LPS, the affine is RAS."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The order and affine of slices that form a volume.

    Attributes:
        order: for each slice of the volume, its index in the input.
        affine: (4, 4), voxel (column, row, slice) to RAS+ millimetres.
    """

    order: tuple[int, ...]
    affine: NDArray[np.float64]

    @property
    def spacing(self) -> tuple[float, ...]:
        """Millimetres between columns, rows and slices."""
        return tuple(float(length) for length in np.linalg.norm(self.affine[:3, :3], axis=0))


def grid_of(frames: list[Frame]) -> Grid:
    """Sort slices along their normal and check that they are evenly spaced on one line.

    Raises:
        UnsupportedScanError: the slices form no volume; the text says why.
        UnreadableScanError: a slice is missing or duplicated.
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
    places = np.arange(len(frames)) - (len(frames) - 1) / 2
    step = places @ positions / (places @ places)  # of the fitted line: the ends alone would carry their rounding
    first = positions.mean(axis=0) + places[0] * step
    rounding = _last_digit(frames) / 2 * float(np.abs(normal).sum())
    _check_even(depth, rounding)
    aside = positions - positions[0] - np.outer(depth - depth[0], normal)
    if np.linalg.norm(aside, axis=1).max() > max(MAX_SKEW * (depth[-1] - depth[0]), SAME_PLACE_MM, 2 * rounding):
        raise UnsupportedScanError(
            "Expected slices stacked at a right angle, but they are sheared (a tilted gantry, or a composed series). "
            "Export the original T1 series."
        )
    affine = np.eye(4)
    affine[:3, :] = np.column_stack((right * columns_mm, down * rows_mm, step, first))
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
    with np.errstate(all="ignore"):  # hostile numbers: anything but unit vectors is refused
        lengths = np.linalg.norm([right, down], axis=1)
        if not (np.abs(lengths - 1) < MAX_SKEW).all() or not abs(right @ down) < MAX_SKEW:
            raise _lacks("orientation (Image Orientation Patient) that is a right angle")
        if np.abs(orientations - orientations[0]).max() > MAX_ORIENTATION_CHANGE:
            raise UnsupportedScanError(
                "The images of the series do not all have the same orientation: it is a localizer, or contains one. "
                "Choose only the T1 series."
            )
    if np.abs(spacings - spacings[0]).max() > MAX_ORIENTATION_CHANGE * spacings[0].min():
        raise UnsupportedScanError("The images of the series have different pixel spacings. Choose only the T1 series.")
    return right / lengths[0], down / lengths[1], float(spacings[0, 0]), float(spacings[0, 1])


def _check_single(depth: NDArray[np.float64]) -> None:
    """Refuse several images at one position: a 4-D series if they are at every position, otherwise duplicated slices."""
    places = np.cumsum(np.diff(depth, prepend=depth[0]) > SAME_PLACE_MM)
    counts = Counter(Counter(places.tolist()).values())
    if set(counts) == {1}:
        return
    if len(counts) == 1:
        (times,) = counts
        raise UnsupportedScanError(
            f"The series contains {times} images at each position: several echoes, time points or image kinds (4-D). "
            "Export one of them as a separate series."
        )
    doubled = sum(count for times, count in counts.items() if times > 1)
    raise UnreadableScanError(
        f"At {doubled} position{'s' * (doubled != 1)} the series has more than one slice: duplicates, or several echoes. "
        "Export the T1 series again, with each slice once."
    )


def _last_digit(frames: list[Frame]) -> float:
    """Millimetres of the last digit of positions. Written zeros count from two decimals on (many programs write whole numbers
    with one), and only where all positions are whole."""
    values = {value for frame in frames for value in frame.position or () if value}
    exponents = (int(Decimal(repr(value)).normalize().as_tuple().exponent) for value in values)
    finest = min(exponents, default=0)
    written = max(frame.decimals for frame in frames)
    return float(10.0 ** (finest if finest < 0 else -written if written >= MIN_WRITTEN_ZEROS else 0))


def _check_even(depth: NDArray[np.float64], rounding: float) -> None:
    """Refuse slices that are not evenly spaced, and say that some are missing where all steps are multiples of one.

    Args:
        depth: of each slice along the normal, ascending.
        rounding: largest error of a depth by the digits of the positions.
    """
    steps = np.diff(depth)
    mean = (depth[-1] - depth[0]) / len(steps)
    even = _departure(depth) <= max(FIT_MARGIN * rounding, SAME_PLACE_MM / 2)
    if even and (rounding <= MAX_ROUNDING * mean or not _may_lack_one(depth, rounding)):
        return
    usual = _usual(steps)
    multiples = np.abs(steps - np.round(steps / usual) * usual).max() <= max(NEARLY * usual, min(2 * rounding, usual / 4))
    if steps.max() >= GAP * usual and multiples and not even:
        missing = int((np.round(steps / usual) - 1)[steps >= GAP * usual].sum())
        raise UnreadableScanError(
            f"Expected slices {usual:.3g} mm apart, but about {max(missing, 1)} of them "
            f"{'is' if missing <= 1 else 'are'} missing. Copy or export the whole series again."
        )
    if np.abs(steps - mean).max() > max(MAX_UNEVEN * usual, SAME_PLACE_MM):
        coarsely = f" Positions are rounded to {2 * rounding:.1g} mm, too coarse to tell whether slices are missing." * even
        raise UnsupportedScanError(
            f"Expected evenly spaced slices, got steps of {steps.min():.3g} to {steps.max():.3g} mm.{coarsely} "
            "Export the original T1 series."
        )


def _usual(steps: NDArray[np.float64]) -> float:
    """The step between neighbours, in spite of missing slices."""
    usual = float(np.median(steps))
    if np.abs(steps - np.round(steps / steps.min()) * steps.min()).max() <= NEARLY * steps.min():
        usual = float(steps.min())  # all steps are multiples of one: most slices may be missing
    single = steps[np.round(steps / usual) == 1]
    return float(single.mean()) if len(single) else usual


def _departure(depth: NDArray[np.float64]) -> float:
    """The largest distance of a slice from the line through all of them."""
    places = np.arange(len(depth)) - (len(depth) - 1) / 2
    rest = depth - places * (places @ depth) / (places @ places)
    return float(rest.max() - rest.min()) / 2


def _may_lack_one(depth: NDArray[np.float64], rounding: float) -> bool:
    """Whether these depths, each with an error up to `rounding`, can be those of an even series that lost one of its slices."""
    count = len(depth)
    places = np.arange(count) + np.triu(np.ones((count, count)))[1:]  # (gaps, slices): one place is skipped at each gap
    low, high = np.zeros(count - 1), np.full(count - 1, 2 * (depth[-1] - depth[0]) / (count - 1))
    for _ in range(SLOPE_THIRDS):
        third = (high - low) / 3
        flat, steep = (np.ptp(depth - slope[:, None] * places, axis=1) for slope in (low + third, high - third))
        low, high = np.where(flat > steep, low + third, low), np.where(flat > steep, high, high - third)
    return bool((np.ptp(depth - low[:, None] * places, axis=1) / 2 <= FIT_MARGIN * rounding).any())


def _lacks(what: str) -> ScanError:
    return UnsupportedScanError(
        f"Expected every image to carry its {what}, but it is missing or invalid in at least one. "
        "Export the original series from the scanner or archive."
    )
