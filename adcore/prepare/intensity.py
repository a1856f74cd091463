"""Robust intensity levels of a scan whose scale and offset are arbitrary."""

import numpy as np
from numpy.typing import NDArray

from adcore.prepare.slices import SliceConfig, scale_slices, slice_mask
from adcore.prepare.volume import Volume, pool

AIR_PERCENTILE = 0.5
"""Of all voxels: air, or the constant background of a stripped scan, whatever value the file gives it."""

BRIGHT_PERCENTILE = 99.0
"""Of the foreground: fat and vessels, a little above white matter."""

CEILING = 1.2
"""Of the scaled intensities that registration and brain outline see; spikes beyond it tell nothing."""

EXPONENTS = (0.6, 2.5)
"""Limits of the contrast correction; IXI's scanners asked for 1.3 to 2.2, OASIS-1's own planes for 0.8 to 1.1."""


def rescale(head: Volume) -> tuple[Volume, float, float]:
    """Bring air to 0 and the bright end of the head to 1, measured at 2 mm where noise is averaged out.

    Returns:
        the scaled volume; the air's level and one scaled unit, both in the scan's own intensities.
    """
    values = pool(head, 2).values.numpy().ravel()
    air = float(np.percentile(values, AIR_PERCENTILE))
    above = values - air
    unit = float(np.percentile(above[above > above.mean() / 2], BRIGHT_PERCENTILE)) if (above > 0).any() else 1.0
    return Volume((head.values - air) / unit, head.affine), air, unit


def tissue_levels(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Levels of CSF, grey and white matter, (3,), where white matter is near 1: k-means in one dimension."""
    levels = np.array([0.3, 0.65, 0.95])
    for _ in range(12):
        nearest = np.abs(values[:, None] - levels).argmin(axis=1)
        levels = np.array([values[nearest == k].mean() if (nearest == k).any() else levels[k] for k in range(3)])
    return levels


def match_contrast(slices: NDArray[np.float32], grey_level: float, config: SliceConfig) -> NDArray[np.float32]:
    """Raise intensities to the power that brings grey matter to the level it has in the training cohort.

    Scanners and sequences differ in how dark grey matter is beside white; a power law keeps black black, white white and
    their order. One number is fitted, to grey matter alone: CSF follows, so that a large ventricle changes nothing.

    Args:
        planes: (N, H, W) as scale_planes leaves them.
        grey_level: wanted, white matter being near 1.
    """
    _, grey, white = tissue_levels(slices[slice_mask(config)])
    exponent = np.clip(np.log(grey_level / white) / np.log(min(grey / white, 0.99)), *EXPONENTS)
    return scale_slices(slices ** np.float32(exponent), config)
