"""Intensity range, initial window and field of view of a displayed scan."""

import numpy as np
from numpy.typing import NDArray

INTENSITY_PERCENTILES = (0.5, 99.8)
"""Intensities stored as 0 and 255; others are clipped."""

SAMPLING = 4
EVERY = (slice(None, None, SAMPLING),) * 3
"""Statistics are computed from every fourth voxel along each axis."""

WINDOW_PERCENTILE = 99.0
WINDOW_HEADROOM = 1.1
"""Initially white is this multiple of that percentile of the foreground."""

FOCUS_MARGIN_MM = 4.0
"""Margin around the foreground."""


def intensity_range(voxels: NDArray[np.float32]) -> tuple[float, float]:
    """Intensities stored as 0 and 255, from a sample of the voxels; never equal."""
    low, high = np.percentile(voxels[EVERY], INTENSITY_PERCENTILES)
    if low == high:
        low, high = voxels.min(), voxels.max()
    return float(low), float(high)


def stored(voxels: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Intensities as bytes: `low` and darker as 0, `high` and brighter as 255."""
    return np.clip((voxels - low) * (255 / (high - low)), 0, 255).astype(np.uint8)


def first_window(t1: NDArray[np.uint8]) -> dict[str, float]:
    """Initial window and level in stored units: from black to slightly above the brightest percent of the foreground."""
    sample = t1[EVERY]
    white = WINDOW_HEADROOM * float(np.percentile(sample[sample >= sample.mean()], WINDOW_PERCENTILE))
    return {"window": white, "level": white / 2}


def focus_box(t1: NDArray[np.uint8], spacing: NDArray[np.float64]) -> list[tuple[float, float]]:
    """The displayed box: the foreground and a margin, (low, high) voxel edges by axis."""
    places = foreground(t1)
    margin = SAMPLING + FOCUS_MARGIN_MM / spacing
    low = np.maximum(places.min(axis=0) - margin, 0)
    high = np.minimum(places.max(axis=0) + margin, t1.shape)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def foreground(t1: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Sampled voxels at least as bright as the mean, (N, 3)."""
    sample = t1[EVERY]
    places: NDArray[np.int64] = SAMPLING * np.argwhere(sample >= sample.mean())
    return places
