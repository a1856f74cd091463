"""Robust intensity levels of a scan whose scale and offset are arbitrary."""

import numpy as np

from adcore.prepare.volume import Volume, pool

AIR_PERCENTILE = 0.5
"""Of all voxels: air, or the constant background of a stripped scan, whatever value the file gives it."""

BRIGHT_PERCENTILE = 99.0
"""Of the foreground: fat and vessels, a little above white matter."""

CEILING = 1.2
"""Of the scaled intensities that registration and brain outline see; spikes beyond it tell nothing."""


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
