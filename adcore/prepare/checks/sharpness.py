"""Checks of voxel size, sharpness and noise: whether slices and segmentation have enough image quality."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.check import Check
from adcore.prepare.checks.limits import NOISE, SHARPNESS, SLICE_SPACING
from adcore.prepare.segmentation.network import GRID_SPACING_MM
from adcore.prepare.segmentation.structures import OUTSIDE, labels_of

DEEP_VOXELS = 2
"""Voxel layers eroded from the intracranial mask before smoothness is measured, to exclude its edge."""

AXES = ("left to right", "back to front", "bottom to top")


def check_spacing(spacing_mm: NDArray[np.float64]) -> Check:
    """Whether the slices are thin enough.

    Args:
        spacing_mm: voxel size of the scan, (3,).
    """
    thickest = float(spacing_mm.max())
    return SLICE_SPACING.check(
        thickest,
        f"The longest side of a voxel is {SLICE_SPACING.beside(thickest, 1)} mm; up to {SLICE_SPACING.high:g} mm is accepted.",
        "A hippocampus is about as thin as this: use a T1 with thinner slices.",
    )


def check_sharpness(evened: NDArray[np.float32], labels: NDArray[np.uint8]) -> Check:
    """Whether the brain shows detail along every axis.

    The measure is the full width at half maximum of a Gaussian that would produce the observed correlation of neighbouring voxels
    (Forman 1995, Magn Reson Med 33:636, as in MRIQC: Esteban 2017, PLoS One 12:e0184661). It includes anatomy and blur, so its
    reference is other sharp scans, not the resolution of the scanner.

    Args:
        evened: the scan on the structure network's grid, bias-corrected.
        labels: classes on that grid.
    """
    widths = smoothness_mm(evened, labels).tolist()
    worst = int(np.argmax(widths))
    return SHARPNESS.check(
        widths[worst],
        f"The smoothness of the brain (FWHM) is {SHARPNESS.beside(widths[worst], 1)} mm from {AXES[worst]}; up to "
        f"{SHARPNESS.high:g} mm is accepted.",
        "The image is blurred, by motion, thick slices or resampling: repeat the scan, or use a sharper series.",
    )


def check_noise(evened: NDArray[np.float32], labels: NDArray[np.uint8]) -> Check:
    """Whether the noise in white matter, at 2 mm, is low relative to its intensity.

    Args:
        evened: the scan on the structure network's grid, bias-corrected.
        labels: classes on that grid.
    """
    level = 100 * noise_level(evened, labels)
    return NOISE.check(
        level,
        f"The noise in white matter is {NOISE.beside(level, 1)}% of its intensity; up to {NOISE.high:g}% is accepted.",
        "Grey and white matter cannot be separated reliably: repeat the scan, or use a series with less noise.",
    )


def smoothness_mm(evened: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Forman's smoothness along x, y and z of the atlas, (3,) millimetres; infinite without brain or without variation."""
    deep = ndimage.binary_erosion(labels != OUTSIDE, iterations=DEEP_VOXELS)
    spread = float(evened[deep].var()) if deep.any() else 0.0
    if spread <= 0:
        return np.full(3, np.inf)
    widths = [_width(np.moveaxis(evened, axis, 0), np.moveaxis(deep, axis, 0), spread) for axis in range(3)]
    return GRID_SPACING_MM * np.array(widths)


def _width(values: NDArray[np.float32], deep: NDArray[np.bool_], spread: float) -> float:
    """Smoothness in voxels along the first axis."""
    both = deep[1:] & deep[:-1]
    correlation = 1 - float(np.square((values[1:] - values[:-1])[both]).mean()) / (2 * spread)
    return float(np.sqrt(-2 * np.log(2) / np.log(np.clip(correlation, 1e-6, 1 - 1e-6))))


def noise_level(evened: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Robust SD of second differences inside white matter, as a share of its median; infinite without white matter."""
    core = ndimage.binary_erosion(np.isin(labels, labels_of("white matter")))
    if not core.any():
        return float("inf")
    level = float(np.median(evened[core]))
    spreads = []
    for axis in range(3):
        bend = evened - (np.roll(evened, 1, axis) + np.roll(evened, -1, axis)) / 2
        spreads.append(1.4826 * float(np.median(np.abs(bend[core]))) / np.sqrt(1.5))  # white noise: variance 1 + 1/4 + 1/4
    return float(np.mean(spreads)) / level if level > 0 else float("inf")
