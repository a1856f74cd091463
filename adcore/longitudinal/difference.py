"""Difference of two visits' images: a signed map in the common space, in units of white matter's intensity.

Negative is darker than before: tissue was replaced by fluid, or its signal fell. The map shows that images differ, not why.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

TISSUE = (0.45, 1.35)
"""Intensity range of tissue, with white matter near 1: receive fields are compared where both visits show tissue."""

FIELD_MM = 12.0
"""Standard deviation of the smoothing that keeps the ratio of two receive fields and removes anatomy."""

FIELD_STEP = 4
FIELD_ROUNDS = 3
OUTLYING = 0.15
"""Distance of the log ratio from its smooth field beyond which a voxel is excluded: it changed in truth."""

SMOOTHING_MM = 1.0
"""Standard deviation of the map's smoothing: a misregistration of half a voxel at a border stays below what is drawn."""

LARGEST = 0.5
"""Top of the scale, the same for everyone: white matter to fluid is about 0.7, grey matter to fluid about 0.4."""


def difference(earlier: NDArray[np.float32], later: NDArray[np.float32], brain: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Later minus earlier inside the brain, 0 outside; the ratio of the receive fields is split between both.

    Exchanging the visits changes the sign and nothing else.

    Args:
        earlier, later: on the common grid at 1 mm, white matter near 1.
    """
    half = 0.5 * log_field_ratio(earlier, later, brain)
    change = later * np.exp(-half) - earlier * np.exp(half)
    return np.where(brain, gaussian_filter(change, SMOOTHING_MM), 0).astype(np.float32)


def drawn(change: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """The map thresholded at scan-rescan noise: values within `noise` are 0."""
    return np.where(np.abs(change) > noise, change, 0).astype(np.float32)


def log_field_ratio(earlier: NDArray[np.float32], later: NDArray[np.float32], brain: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Logarithm of the ratio of the later to the earlier receive field, smooth over the grid."""
    every = (slice(FIELD_STEP // 2, None, FIELD_STEP),) * 3
    first, second = (gaussian_filter(image, FIELD_STEP / 2)[every] for image in (earlier, later))
    tissue = brain[every] & _is_tissue(first) & _is_tissue(second)
    ratio = np.where(tissue, np.log(np.maximum(second, 1e-3) / np.maximum(first, 1e-3)), 0)
    sigma = FIELD_MM / FIELD_STEP
    kept, field = tissue, np.zeros_like(ratio)
    for _ in range(FIELD_ROUNDS):
        weight = gaussian_filter(kept.astype(np.float32), sigma)
        field = gaussian_filter(np.where(kept, ratio, 0), sigma) / np.maximum(weight, 1e-4)
        field *= np.minimum(weight / 1e-3, 1)  # unknown far from the brain
        kept = tissue & (np.abs(ratio - field) < OUTLYING)
    factors = [n / m for n, m in zip(earlier.shape, field.shape, strict=True)]
    smooth: NDArray[np.float32] = zoom(field, factors, order=1, mode="nearest", grid_mode=True).astype(np.float32)
    return smooth


def _is_tissue(image: NDArray[np.floating]) -> NDArray[np.bool_]:
    low, high = TISSUE
    tissue: NDArray[np.bool_] = (image > low) & (image < high)
    return tissue
