"""What is no T1 of a head: fruit, a bottle, knees, noise; and a T1 of a head with its contrast made another sequence's."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from adcore.case.scan import Scan
from tests.support.builders import as_scan

SPACING_MM = 3.0
HALF_MM = np.array([96.0, 105.0, 99.0])


def orange(radius_mm: float = 42.0) -> Scan:
    """Twelve bright segments between dark walls, pips around the axis, a white pith and a peel."""
    x, y, z = _mesh()
    radius = np.sqrt(x**2 + y**2 + (z / 0.95) ** 2)
    angle = np.arctan2(y, x)
    wall = np.abs(np.sin(6 * angle)) * np.hypot(x, y) < 3
    core = np.hypot(x, y) < 0.12 * radius_mm
    flesh = np.where(wall | core, 0.35, 0.9)
    pips = (np.abs(np.hypot(x, y) - 0.25 * radius_mm) < 4) & (np.abs(z) < 0.4 * radius_mm) & (np.cos(6 * angle + np.pi / 2) > 0.9)
    flesh = np.where(pips, 0.15, flesh)
    return _scan(_shells(radius / radius_mm, [(0.86, flesh), (0.93, 0.3), (1.0, 0.6)]))


def melon(size: float = 1.0) -> Scan:
    """As large as a head: pale flesh, a dark hollow with bright seeds and strings, a rind."""
    x, y, z = (axis / size for axis in _mesh())
    radius = np.sqrt((x / 68) ** 2 + (y / 85) ** 2 + (z / 68) ** 2)
    strings = 0.45 + 0.3 * np.sin(x / 4) * np.sin(y / 5) * np.sin(z / 4)
    flesh = 0.75 + 0.15 * (1 - radius)
    return _scan(_shells(radius, [(0.4, strings), (0.9, flesh), (0.95, 0.4), (1.0, 0.85)]))


def kiwi(size: float = 2.4) -> Scan:
    """A pale core, rays with dark seeds around it, darker flesh outside; scaled to a head by default."""
    x, y, z = (axis / size for axis in _mesh())
    radius = np.sqrt((x / 25) ** 2 + (y / 33) ** 2 + (z / 25) ** 2)
    angle = np.arctan2(z, x)
    seeds = (np.abs(radius - 0.42) < 0.08) & (np.cos(18 * angle) * np.cos(y / 1.8) > 0.3)
    rays = 0.7 + 0.1 * np.cos(18 * angle)
    return _scan(_shells(radius, [(0.28, 0.95), (0.55, np.where(seeds, 0.2, rays)), (0.95, 0.6), (1.0, 0.3)]))


def shells() -> Scan:
    """Ellipsoids within each other, with a head's proportions and levels, but nothing inside."""
    x, y, z = _mesh()
    radius = np.sqrt((x / 78) ** 2 + (y / 95) ** 2 + (z / 82) ** 2)
    return _scan(_shells(radius, [(0.75, 0.9), (0.85, 0.6), (0.88, 0.25), (0.93, 0.05), (1.0, 0.95)]))


def bottle() -> Scan:
    """A cylinder of water with a neck."""
    x, y, z = _mesh()
    radius = np.hypot(x, y)
    inside = (radius < np.where(z < 40, 50, np.where(z < 60, 50 - 1.8 * (z - 40), 14))) & (np.abs(z) < 90)
    return _scan(0.8 * inside)


def knees() -> Scan:
    """Two legs: marrow in dark cortical bone, muscle, and fat under the skin."""
    x, y, z = _mesh()
    radius = np.hypot(np.abs(x) - 46, y) * (1 - 0.05 * np.cos(z / 30))
    return _scan(_shells(radius / 44, [(0.35, 0.9), (0.45, 0.05), (0.85, 0.45), (1.0, 1.0)]))


def noise() -> Scan:
    """Nothing but the receiver."""
    return _scan(np.zeros_like(_mesh()[0]), noise=0.3)


NOT_HEADS: dict[str, Callable[[], Scan]] = {
    "an orange": orange,
    "an orange as large as a head": lambda: orange(80.0),
    "a melon": melon,
    "a small melon": lambda: melon(0.8),
    "a kiwi": lambda: kiwi(1.0),
    "a kiwi as large as a head": kiwi,
    "shells like a head's": shells,
    "a bottle": bottle,
    "two knees": knees,
    "noise": noise,
}

TELLING_NOT_HEADS = ("an orange as large as a head", "shells like a head's", "noise")
"""The three that differ most: inside, outline and nothing at all. The others are near them."""


def recontrasted(scan: Scan, white: float, inside: NDArray[np.floating], levels: tuple[float, float, float]) -> Scan:
    """Another sequence's picture of the same head.

    Args:
        white: white matter's intensity in the scan.
        inside: (I, J, K), 1 where the scan shows the inside of the skull, 0 elsewhere; may be soft.
        levels: wanted of fluid, grey and white matter, whose T1 levels are near 0.3, 0.65 and 1 of white's.
    """
    relative = scan.voxels / np.float32(white)
    seen = np.interp(relative, [0.0, 0.3, 0.65, 1.0, 1.5], [levels[0], *levels, levels[2]])
    mixed = inside * seen + (1 - inside) * np.minimum(relative, 1.5)
    return as_scan((white * mixed).astype(np.float32), scan.affine)


T2 = (1.0, 0.55, 0.35)
FLAIR = (0.1, 0.7, 0.5)
PROTON_DENSITY = (0.8, 1.0, 0.75)


def _mesh() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    x, y, z = np.meshgrid(*(np.arange(-half, half + 1, SPACING_MM) for half in HALF_MM), indexing="ij")
    return x, y, z


def _shells(radius: NDArray[np.float64], layers: list[tuple[float, NDArray[np.float64] | float]]) -> NDArray[np.float64]:
    """Concentric layers from the inside out: each reaches to a radius and has a level."""
    values = np.zeros_like(radius)
    for outer, level in reversed(layers):
        values = np.where(radius < outer, level, values)
    return values


def _scan(values: NDArray[np.float64], noise: float = 0.02) -> Scan:
    rng = np.random.default_rng(0)
    seen = np.hypot(values + noise * rng.standard_normal(values.shape), noise * rng.standard_normal(values.shape))
    affine = np.diag([SPACING_MM] * 3 + [1.0])
    affine[:3, 3] = -HALF_MM
    return as_scan((1000 * seen).astype(np.float32), affine)
