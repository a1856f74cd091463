"""Intensity range, initial window and field of view of a displayed scan."""

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.viewer.grid import Grid

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

HEAD_MM = 165.0
"""From the vertex to below the cerebellum: neck and shoulders are left out of the picture as long as nobody asks for them."""

AROUND_BRAIN_MM = 14.0
"""Margin around a known brain: skull and scalp."""

Box = list[tuple[float, float]]
"""(low, high) voxel edges by axis."""


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


def focus_box(t1: NDArray[np.uint8], spacing: NDArray[np.float64]) -> Box:
    """The displayed box of a scan whose brain is not known: the foreground down from the vertex, and a margin."""
    places = foreground(t1)
    head = places[places[:, 2] >= places[:, 2].max() - HEAD_MM / spacing[2]]
    return _around(head, SAMPLING + FOCUS_MARGIN_MM / spacing, t1.shape)


def brain_box(brain: NDArray[np.bool_], grid: Grid) -> Box | None:
    """The displayed box of a brain mask (I, J, K) on a grid; None without a brain."""
    places = SAMPLING * np.argwhere(brain[EVERY])
    if not len(places):
        return None
    on_grid = apply_affine(np.linalg.inv(grid.to_file), places)
    return _around(on_grid, SAMPLING + AROUND_BRAIN_MM / grid.spacing, grid.shape)


def _around(places: NDArray, margin: NDArray[np.float64], shape: tuple[int, ...]) -> Box:
    low = np.maximum(places.min(axis=0) - margin, 0)
    high = np.minimum(places.max(axis=0) + margin, shape)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def foreground(t1: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Sampled voxels at least as bright as the mean, (N, 3)."""
    sample = t1[EVERY]
    places: NDArray[np.int64] = SAMPLING * np.argwhere(sample >= sample.mean())
    return places
