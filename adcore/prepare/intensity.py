"""Robust intensity levels of a scan with arbitrary scale and offset."""

import numpy as np
from numpy.typing import NDArray

from adcore.prepare.slices import SliceConfig, scale_slices, slice_mask
from adcore.prepare.volume import Volume, pool

AIR_PERCENTILE = 0.5
"""Percentile of all voxels that is air, or the constant background of a skull-stripped scan, whatever its value in the file."""

BRIGHT_PERCENTILE = 99.0
"""Percentile of the foreground: fat and vessels, slightly brighter than white matter."""

CEILING = 1.2
"""Largest scaled intensity used for registration and the brain outline; brighter spikes carry no information."""

EXPONENTS = (0.6, 2.5)
"""Limits of the contrast exponent; IXI's scanners need 1.3 to 2.2, OASIS-1's own slices 0.8 to 1.1."""


def rescale(volume: Volume) -> tuple[Volume, float, float]:
    """Scale air to 0 and the bright end of the foreground to 1, both measured at 2 mm, where noise is averaged out.

    Returns:
        the scaled volume; the level of air and the size of one scaled unit, both in the scan's own intensities.
    """
    values = pool(volume, 2).values.numpy().ravel()
    air = float(np.percentile(values, AIR_PERCENTILE))
    above = values - air
    unit = float(np.percentile(above[above > above.mean() / 2], BRIGHT_PERCENTILE)) if (above > 0).any() else 1.0
    return Volume((volume.values - air) / unit, volume.affine), air, unit


def tissue_levels(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Levels of CSF, grey and white matter, (3,), by one-dimensional k-means; white matter is expected near 1."""
    levels = np.array([0.3, 0.65, 0.95])
    for _ in range(12):
        nearest = np.abs(values[:, None] - levels).argmin(axis=1)
        levels = np.array([values[nearest == k].mean() if (nearest == k).any() else levels[k] for k in range(3)])
    return levels


def match_contrast(slices: NDArray[np.float32], grey_level: float, config: SliceConfig) -> NDArray[np.float32]:
    """Apply the power law that brings grey matter to its level in the training cohort.

    Scanners and sequences differ in the contrast between grey and white matter. A power law leaves black, white and their
    order unchanged. A single exponent is fitted, to grey matter alone, so that the size of the ventricles has no influence.

    Args:
        slices: (N, H, W) as scale_slices returns them.
        grey_level: target level of grey matter, with white matter near 1.
    """
    _, grey, white = tissue_levels(slices[slice_mask(config)])
    exponent = np.clip(np.log(grey_level / white) / np.log(min(grey / white, 0.99)), *EXPONENTS)
    return scale_slices(slices ** np.float32(exponent), config)
