"""Whether a volume is an image at all: a map of labels or of tissues has no shades. Refused before it is registered."""

import numpy as np
from numpy.typing import NDArray

from adcore.errors import PreparationError
from adcore.words import beside

LEAST_VALUES = 16
"""Fewest different values of an image. Measured: the poorest head of 8 bits has 87, maps of tissues have 2 to 5."""

MOST_EQUAL = 0.5
"""Largest share of neighbours in the foreground with exactly the same value. Measured: images 0.02 to 0.27, maps of labels 0.76
to 0.97, a map of white matter 0.58."""

SAMPLED = 100_000
"""Voxels looked at first: an image shows more than LEAST_VALUES among so many, and the rest need not be sorted."""


def require_image(voxels: NDArray[np.float32]) -> None:
    """Refuse maps of labels and of tissues.

    Args:
        voxels: (I, J, K).
    Raises:
        PreparationError: there are too few values, or neighbours are equal too often, for an image.
    """
    different = _different_values(voxels)
    if different < LEAST_VALUES:
        raise PreparationError(
            f"Expected an image with shades of grey, but this volume holds only {different} different values: it is a mask, or a "
            "map of labels or tissues. Use the T1 image it was made from."
        )
    equal, most = 100 * equal_neighbours(voxels), 100 * MOST_EQUAL
    if equal > most:
        raise PreparationError(
            f"Expected an image, but {beside(equal, most, 0)}% of neighbouring voxels have exactly the same value, and an image "
            f"has at most {most:.0f}%: this is a map of labels or tissues. Use the T1 image it was made from."
        )


def equal_neighbours(voxels: NDArray[np.float32]) -> float:
    """The share of pairs along the first axis, both outside the background, that are exactly equal; 0 where there is no pair.

    The background is the commonest value, which a mask or the air of a stripped scan repeats without being a label.
    """
    values, counts = np.unique(_sample(voxels), return_counts=True)
    inside = voxels != values[counts.argmax()]
    both = inside[1:] & inside[:-1]
    pairs = np.count_nonzero(both)
    return float(np.count_nonzero(both & (voxels[1:] == voxels[:-1])) / pairs) if pairs else 0.0


def _different_values(voxels: NDArray[np.float32]) -> int:
    """How many; at least LEAST_VALUES where a sample shows as many."""
    sampled = len(np.unique(_sample(voxels)))
    return sampled if sampled >= LEAST_VALUES else len(np.unique(voxels))


def _sample(voxels: NDArray[np.float32]) -> NDArray[np.float32]:
    return voxels.ravel()[:: max(1, voxels.size // SAMPLED)]
