"""Whether a scan's brightness is what the scanner measured: nothing cut off, no contrast agent, dark air, an even coil."""

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.check import Check
from adcore.prepare.checks.limits import CLIPPING, CONTRAST_AGENT, NOISE_IN_AIR, RECEIVE_GAIN
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import OUTSIDE, labels_of
from adcore.prepare.volume import Volume
from adcore.words import beside

TOP_PERCENTILE = 99.9
"""Of white matter, taken for its highest value: a vessel in it may be brighter."""

PILE = 0.01
"""Voxels this near under the highest value, as a share of it, count as piled up there."""

SHADES = 256
"""Different values that 8 bits can hold."""

NARROW, BESIDE = 0.1, (1.5, 3.5)
"""Width of a pile that resampling has smeared, in standard deviations of white matter, and the distances, in such widths, between
which the histogram on both sides of it says what would be there without it."""

SHORT_TAIL, LARGE_PILE = 0.42, 0.1
"""A smeared pile counts where the highest value lies this near above it, as a share of the distance to the lowest, or where the
pile holds this share of white matter. Measured: people at most 0.02 with tails of 1.07 and more; 57 heads brightened by 1.4 and
resampled have shorter tails, or piles of 0.25 and more."""

LOW_PERCENTILE, LOW_DEVIATIONS = 5.0, 1.645
"""Of white matter: what lies below its median tells its standard deviation even where all above is clipped."""

BRIGHT = 1.2
"""Of white matter's brightness: above it there are only vessels and membranes that took up contrast agent."""

NEAR_VOXELS, LEAST_WEIGHT = 5.0, 1e-3
"""Standard deviation of the neighbourhood, in voxels of 2 mm, and the share of it that has to be white matter's core."""

THIN_MM = 3.0
"""Longest voxel side up to which vessels show: thicker slices average them with the brain beside them."""

RIM_MM, CENTRE_MM = (4.0, 8.0), 30.0
"""Depths in the atlas brain between which white matter counts as near the surface, and from which on as deep."""

AIR_MM, AIR_ABOVE_MM = -14.0, 0.0
"""Air is looked for this far outside the atlas brain (depth) and above this height (MNI z), where no face or neck lies."""

LEAST_AIR = 1000
"""Points of air under which none is measured: the scan's field of view ends at the scalp, or it is stripped."""


def check_clipping(volume: Volume, labels: NDArray[np.uint8], atlas_to_scan: NDArray[np.float64]) -> Check:
    """Whether white matter's shades are all there, or end at one brightest value, be it smeared by resampling.

    Args:
        volume: the scan on its own voxels, air 0, in RAS axes.
        labels: classes on the structure network's grid.
    """
    white = _values_under(_white_core(labels), volume, atlas_to_scan)
    share, shades = 100 * clipped_share(white), len(np.unique(white))
    picture = f"It has only {shades} different shades, as a picture of 8 bits. " if shades <= SHADES else ""
    return CLIPPING.check(
        share,
        f"{CLIPPING.beside(share, 1)}% of white matter is piled up at one high intensity; up to {CLIPPING.high:g}% is accepted.",
        f"{picture}Higher intensities were clipped, as in a picture saved with its display window, or white matter was set to "
        "one value, so its contrast is lost. Export the original images, not what was displayed.",
    )


def check_contrast_agent(evened: NDArray[np.float32], labels: NDArray[np.uint8], spacing_mm: NDArray[np.float64]) -> Check:
    """Whether vessels and membranes are brighter than white matter, as after contrast agent.

    In slices thicker than THIN_MM the check always passes and says that it was not applied.

    Args:
        evened: the scan on the structure network's grid, bias-corrected.
        labels: classes on that grid.
        spacing_mm: of the scan's voxels, (3,).
    """
    share, thickest = 100 * bright_share(evened, labels), float(spacing_mm.max())
    if thickest > THIN_MM:
        return CONTRAST_AGENT.not_applied(
            share,
            f"Contrast agent was not looked for: voxels of {beside(thickest, THIN_MM, 2)} mm, over {THIN_MM:g} mm, average "
            "vessels with the brain beside them. Make sure that none was given.",
        )
    return CONTRAST_AGENT.check(
        share,
        f"{CONTRAST_AGENT.beside(share, 2)}% of the brain is brighter than {BRIGHT:g} times the white matter near it; "
        f"up to {CONTRAST_AGENT.high:g}% is accepted.",
        "Vessels and meninges enhance as after contrast agent, motion or noise left bright spots, or this is not a T1: use a "
        "quiet T1 acquired before contrast agent.",
    )


def check_noise_in_air(
    volume: Volume, labels: NDArray[np.uint8], depth_mm: NDArray[np.float32], atlas_to_scan: NDArray[np.float64]
) -> Check:
    """Whether the air around the head is quiet; passes where a scan shows no air, as a stripped one.

    Args:
        volume: the scan on its own voxels, air 0, in RAS axes.
        labels: classes on the structure network's grid.
        depth_mm: distance to the atlas brain's surface on that grid, positive inside.
    """
    level = 100 * air_noise(volume, labels, depth_mm, atlas_to_scan)
    return NOISE_IN_AIR.check(
        level,
        f"The noise in the air around the head is {NOISE_IN_AIR.beside(level, 0)}% of white matter's intensity; up to "
        f"{NOISE_IN_AIR.high:g}% is accepted.",
        "Such air is typical of the uniform image (UNI) of an MP2RAGE, where head and air cannot be separated: use the denoised "
        "image of that series (UNI-DEN), or an MPRAGE.",
    )


def check_receive_gain(on_grid: NDArray[np.float32], labels: NDArray[np.uint8], depth_mm: NDArray[np.float32]) -> Check:
    """Whether white matter is about as bright near the surface as in the depth, before any bias correction.

    Args:
        on_grid: the scan on the structure network's grid, not bias-corrected.
        labels: classes on that grid.
        depth_mm: distance to the atlas brain's surface on that grid, positive inside.
    """
    ratio = rim_to_centre(on_grid, labels, depth_mm)
    return RECEIVE_GAIN.check(
        ratio,
        f"White matter near the brain's surface has {RECEIVE_GAIN.beside(ratio, 2)} of the intensity of deep white matter; up to "
        f"{RECEIVE_GAIN.high:g} is accepted.",
        "The receive coil's sensitivity was not normalised, and no correction here evens it out well enough: use the normalised "
        "series (NORM, CLEAR, PURE or SCIC in its name or header).",
    )


def clipped_share(white: NDArray[np.float32]) -> float:
    """The share of white matter's values, (n,), piled up at its highest, or at a high one; 1 where there are none."""
    if not len(white):
        return 1.0
    top = float(np.mean(white >= (1 - PILE) * np.percentile(white, TOP_PERCENTILE)))
    return max(top, _smeared_pile(white)) if len(np.unique(white)) > SHADES else top


def _smeared_pile(white: NDArray[np.float32]) -> float:
    """The largest share of values, (n,), in a narrow band from the median on, beyond what lies in the bands beside it.

    Splines overshoot at the edge of what was clipped, so the highest value is no pile any more; the pile lies a little beneath
    it. 0 where a small one lies farther beneath: nothing was cut off there.
    """
    ordered = np.sort(white)
    low, middle = np.percentile(ordered, [LOW_PERCENTILE, 50.0])
    width = NARROW * float(middle - low) / LOW_DEVIATIONS
    if width <= 0:
        return 1.0
    centres = np.arange(middle - 2 * width, ordered[-1], width / 4)

    def between(start: float, end: float) -> NDArray[np.int_]:
        """How many values lie between these distances from each centre, in widths."""
        return np.searchsorted(ordered, centres + end * width) - np.searchsorted(ordered, centres + start * width)

    near, far = BESIDE
    expected = (between(-far, -near) + between(near, far)) / (2 * (far - near))
    piled = between(-0.5, 0.5) - expected
    pile = centres[piled.argmax()]
    tail = (np.percentile(ordered, TOP_PERCENTILE) - pile) / (pile - low)
    share = float(piled.max() / len(ordered))
    return share if tail < SHORT_TAIL or share > LARGE_PILE else 0.0


def bright_share(evened: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The share of the brain brighter than BRIGHT times the white matter near it; infinite without any white matter.

    Beside the white matter near it, so that what the rough bias correction left behind counts for nothing.
    """
    core, brain = _white_core(labels), ~np.isin(labels, (OUTSIDE, *labels_of("CSF")))
    if not core.any():
        return float("inf")
    total, weight = (ndimage.gaussian_filter(image, NEAR_VOXELS) for image in (evened * core, core.astype(np.float32)))
    near = brain & (weight > LEAST_WEIGHT)
    return float(np.mean(evened[near] > BRIGHT * total[near] / weight[near])) if near.any() else float("inf")


def rim_to_centre(on_grid: NDArray[np.float32], labels: NDArray[np.uint8], depth_mm: NDArray[np.float32]) -> float:
    """White matter's median near the brain's surface as a share of that in its depth; infinite where either is missing."""
    core = _white_core(labels)
    rim = on_grid[core & (depth_mm > RIM_MM[0]) & (depth_mm <= RIM_MM[1])]
    centre = on_grid[core & (depth_mm > CENTRE_MM)]
    level = float(np.median(centre)) if len(centre) else 0.0
    return float(np.median(rim)) / level if len(rim) and level > 0 else float("inf")


def air_noise(
    volume: Volume, labels: NDArray[np.uint8], depth_mm: NDArray[np.float32], atlas_to_scan: NDArray[np.float64]
) -> float:
    """Robust SD of second differences between the scan's own voxels in air, as a share of white matter's level; 0 without air."""
    white = _values_under(_white_core(labels), volume, atlas_to_scan)
    level = float(np.median(white)) if len(white) else 0.0
    above = grid_affine()[2, 2] * np.arange(depth_mm.shape[2]) + grid_affine()[2, 3] > AIR_ABOVE_MM
    places = _voxels_under((depth_mm < AIR_MM) & above, volume, atlas_to_scan)
    places = places[np.all((places > 0) & (places < np.array(volume.shape) - 1), axis=1)]
    if len(places) < LEAST_AIR or level <= 0:
        return 0.0
    values, spreads = volume.values.numpy(), []
    for step in np.eye(3, dtype=int):
        here, before, after = (values[tuple((places + move).T)] for move in (0 * step, -step, step))
        spreads.append(1.4826 * float(np.median(np.abs(here - (before + after) / 2))) / np.sqrt(1.5))
    return float(np.mean(spreads)) / level


def _white_core(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    core: NDArray[np.bool_] = ndimage.binary_erosion(np.isin(labels, labels_of("white matter")))
    return core


def _values_under(where: NDArray[np.bool_], volume: Volume, atlas_to_scan: NDArray[np.float64]) -> NDArray[np.float32]:
    """The scan's own values, never interpolated, nearest to voxels of the structure network's grid."""
    values: NDArray[np.float32] = volume.values.numpy()[tuple(_voxels_under(where, volume, atlas_to_scan).T)]
    return values


def _voxels_under(where: NDArray[np.bool_], volume: Volume, atlas_to_scan: NDArray[np.float64]) -> NDArray[np.int_]:
    """The scan's voxels (n, 3) nearest to voxels of the structure network's grid, as far as its field of view reaches."""
    to_voxels = np.linalg.inv(volume.affine) @ atlas_to_scan @ grid_affine()
    nearest = np.rint(apply_affine(to_voxels, np.argwhere(where))).astype(int).reshape(-1, 3)
    inside: NDArray[np.int_] = nearest[np.all((nearest >= 0) & (nearest < volume.shape), axis=1)]
    return inside
