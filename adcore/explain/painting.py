"""How saliency is painted over slices in every picture outside the viewer, which starts with the same opacity and threshold."""

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray

OPACITY, LEAST = 0.55, 0.2
"""Of an overlay: its opacity, and the share of the scale under which nothing is drawn."""

Mask = NDArray[np.bool_]
Colours = NDArray[np.uint8]


def colour_map(signed: bool) -> str:
    """Name of the scale from 0 to the top colour; signed, from against to for and dark at 0 (berlin, Crameri 2018)."""
    return "berlin" if signed else "inferno"


def scale_ends(maximum: float, signed: bool) -> tuple[float, float]:
    """The values of the first and the last colour."""
    return (-maximum if signed else 0.0), maximum


def is_drawn(values: NDArray[np.float32], maximum: float, signed: bool) -> Mask:
    """Which values are strong enough to be drawn; negative ones only on a signed scale."""
    share = values / maximum
    return np.asarray((np.abs(share) if signed else share) >= LEAST)


def painted(values: NDArray[np.float32], maximum: float, signed: bool) -> Colours:
    """The colour of each value, (..., 3), from 0 to 255; beyond the scale, that of its end."""
    first, last = scale_ends(maximum, signed)
    return _coloured((values - first) / (last - first), signed)


def colour_ramp(length: int, signed: bool) -> Colours:
    """Every colour of the scale in order, (length, 3)."""
    return _coloured(np.linspace(0, 1, length, dtype=np.float32), signed)


def _coloured(places: NDArray[np.float32], signed: bool) -> Colours:
    return (colormaps[colour_map(signed)](np.clip(places, 0, 1))[..., :3] * 255).astype(np.uint8)
