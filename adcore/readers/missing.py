"""Voxels without a number (NaN): a few become 0; all around a head they are air, as tools that mask a head leave them."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from adcore.errors import UnreadableScanError
from adcore.words import percent

MAX_MISSING = 0.01
"""Share of voxels without a number from which they have to lie around the head."""

MAX_ENCLOSED = 0.12
"""Largest share of voxels without a number among those that the head encloses along all three axes. Masks of the 93 IXI heads at
hand by a threshold of 3 and 6% of their brightest tissue leave at most 6.1 and 9.8% there, in airways, sinuses and bone; a brain
takes a third of its head, so that one without numbers lies far beyond."""


def corners(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Positions of the eight corners of a volume (I, J, K) in file order, where the first axis varies fastest."""
    ends = [(0, count - 1) for count in shape]
    return np.array(sorted(np.ravel_multi_index(corner, shape, order="F") for corner in product(*ends)), dtype=np.int64)


def check_missing(missing: int, count: int, at_corners: bool) -> None:
    """Refuse voxels without a number that are neither few nor around a head.

    Args:
        missing: how many of `count`.
        at_corners: whether all corners of the volume are among them.
    Raises:
        UnreadableScanError: names their share.
    """
    if missing >= MAX_MISSING * count and (missing == count or not at_corners):
        raise _refusal(missing / count)


def fill_missing(volume: NDArray[np.float32], missing: int) -> tuple[str, ...]:
    """Give voxels without a number one, in place.

    Args:
        volume: (I, J, K) in file order; NaN where there is no number.
        missing: the number of these; positive, and passed by check_missing.
    Returns:
        a sentence on what was replaced.
    Raises:
        UnreadableScanError: too many of them lie within the head.
    """
    share = missing / volume.size
    if share < MAX_MISSING:
        _fill(volume, 0.0)
        return (f"{missing} voxels without a number (NaN or infinite) were set to 0.",)
    enclosed = _enclosed(volume)
    if enclosed >= MAX_ENCLOSED * (volume.size - missing + enclosed):
        raise _refusal(share)
    _fill(volume, min(0.0, float(np.fmin.reduce(volume, axis=None))))
    return (f"{percent(share, 1)} of the voxels, around the head, have no number (NaN or infinite) and were taken as air.",)


def _enclosed(volume: NDArray[np.float32]) -> int:
    """The number of voxels without a number between the first and last number of their line along every axis; slice by slice."""
    columns, rows, depth = volume.shape
    first, last = np.full((columns, rows), depth), np.full((columns, rows), -1)
    for k in range(depth):
        present = ~np.isnan(volume[:, :, k])
        last[present] = k
        np.minimum(first, k, out=first, where=present)
    count = 0
    for k in range(depth):
        present = ~np.isnan(volume[:, :, k])
        within = (first < k) & (k < last) & _between(present, 0) & _between(present, 1)
        count += int(np.count_nonzero(within & ~present))
    return count


def _between(present: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Where a slice lies between the first and the last number along an axis."""
    before = np.logical_or.accumulate(present, axis)
    after = np.flip(np.logical_or.accumulate(np.flip(present, axis), axis), axis)
    return before & after


def _fill(volume: NDArray[np.float32], value: float) -> None:
    for k in range(volume.shape[2]):
        plane = volume[:, :, k]
        plane[np.isnan(plane)] = value


def _refusal(share: float) -> UnreadableScanError:
    return UnreadableScanError(
        f"Expected a number for each voxel, but {percent(share, 1)} of them are NaN or infinite, and not only around the head. "
        "Set them to 0 or export the scan again."
    )
