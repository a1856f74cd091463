"""The position of OASIS-2's single slices in OASIS-1's atlas (T88): the derivation of the constants in this module.

The slices have a space of their own: one per visit, stretched, mirrored against their header, all at the same position.
OASIS-1 contains many of the same participants at the same visit, and its release includes their coronal slice 110 (files named
`_cor_110`), cut at the same position. Measured on the 111 linked participants aged 60 and over: a single map reaches a
correlation of 0.81 with the participant's own slice inside the outline; mirrored, 1 of 111 fits better. Fitting every slice
individually, to MNI152 or to the mean slice, was no better (0.78 to 0.82), so nothing is fitted to a single slice.
"""

from dataclasses import astuple, dataclass, replace
from pathlib import Path

import nibabel as nib
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.optimize import minimize

from adcore.cohorts.linked import LINKS, read_links
from adcore.errors import CohortError
from adcore.prepare.slices import T88_CENTRE, SliceConfig, slice_mask, t88_pixels

T88_SLICE = 110
"""About MNI y = -11 mm: through the head of the hippocampus, 10.8 mm anterior to the foremost slice that the networks read."""

SLICE_SHAPE = (207, 215)
"""As stored: left-right, then inferior to superior."""

CENTRE = (107.0, 103.0)
"""Row and column of the centre of a slice, with the top of the head in row 0."""

BACKGROUND_ROWS = 3
"""Number of rows at the top of a slice that are always background."""

STEP = 3
"""Every third pixel suffices to fit five parameters."""

SMOOTHING = 0.6
"""Standard deviation in pixels, equivalent to averaging over 1 mm of T88 in slices stretched by 1.4."""


@dataclass(frozen=True)
class SliceMap:
    """T88 pixels to pixels of a slice, both counted from the centre: mirrored columns, rotation, scale and shift."""

    x_scale: float
    x_offset: float
    z_scale: float
    z_offset: float
    turn: float  # radians


SHIPPED = SliceMap(x_scale=1.413, x_offset=-1.17, z_scale=1.423, z_offset=-8.4, turn=0.0265)


def slice_pixels(config: SliceConfig, found: SliceMap = SHIPPED, *, mirrored: bool = True) -> NDArray[np.float64]:
    """Fractional (row, column) on an OASIS-2 slice for each pixel of a network slice, (2, H, W)."""
    rows, columns = t88_pixels(config) - T88_CENTRE
    across = -columns if mirrored else columns
    cosine, sine = np.cos(found.turn), np.sin(found.turn)
    down = CENTRE[0] + found.z_offset + found.z_scale * (sine * across + cosine * rows)
    right = CENTRE[1] + found.x_offset + found.x_scale * (cosine * across - sine * rows)
    return np.stack([down, right])


def read_slice(path: Path) -> NDArray[np.float32]:
    """A slice with the top of the head in row 0 and its background at 0, (215, 207), smoothed to the sampling of T88.

    Raises:
        CohortError: the file is damaged or not such a slice.
    """
    try:
        stored = np.squeeze(np.asarray(nib.Nifti1Image.from_filename(path).dataobj, dtype=np.float32))
    except (OSError, ValueError, EOFError, nib.filebasedimages.ImageFileError) as error:
        raise CohortError(f"{path.name} cannot be read. Copy it again.") from error
    if stored.shape != SLICE_SHAPE:
        raise CohortError(f"Expected a coronal slice of {SLICE_SHAPE} pixels in {path.name}, got {stored.shape}. Copy it again.")
    upright = stored.T[::-1]
    smooth: NDArray[np.float32] = gaussian_filter(np.maximum(upright - np.median(upright[:BACKGROUND_ROWS]), 0), SMOOTHING)
    return smooth


def derive_slice_map(oasis1: Path, oasis2: Path) -> tuple[SliceMap, float, float]:
    """Fit one map that maximises the similarity of linked participants' slices to their own slice 110 in OASIS-1.

    Args:
        oasis1: contains `three_plane/<session>_c.jpg`.
        oasis2: contains `cor/<session>_cor.nii.gz` and the table of links.
    Returns:
        the map, the mean correlation inside the outline, and the share of participants who fit better with it than unmirrored.
    Raises:
        CohortError: no linked participant has both images.
    """
    config = replace(SliceConfig(), t88_slices=(T88_SLICE,))
    pixels = t88_pixels(config)
    inside = slice_mask(config)[0] & (np.add(*np.indices(pixels.shape[1:])) % STEP == 0)
    slices, own = [], []
    for session, other in read_links(oasis2 / LINKS):
        theirs, ours = oasis2 / "cor" / f"{session}_cor.nii.gz", oasis1 / "three_plane" / f"{other}_c.jpg"
        if theirs.is_file() and ours.is_file():
            slices.append(_without_vessels(read_slice(theirs)))
            own.append(map_coordinates(np.asarray(Image.open(ours).convert("L"), dtype=np.float32), pixels[:, inside], order=1))
    if not slices:
        raise CohortError(
            "Expected linked participants with cor/ in OASIS-2 and three_plane/ in OASIS-1, found none. Check both folders."
        )
    images, wanted = np.stack(slices), np.stack(own)

    def similarity(found: SliceMap, mirrored: bool, every: int = 1) -> NDArray[np.float64]:
        places = slice_pixels(config, found, mirrored=mirrored)[:, inside]
        return _correlations(_bilinear(images[::every], places), wanted[::every])

    def fit(mirrored: bool) -> SliceMap:
        found = minimize(
            lambda values: -similarity(SliceMap(*values), mirrored, every=3).mean(),
            astuple(SliceMap(1.4, 0.0, 1.4, 0.0, 0.0)),
            method="Powell",
            options={"xtol": 1e-3, "ftol": 1e-6},
        )
        return SliceMap(*(float(value) for value in found.x))

    as_shipped, otherwise = fit(mirrored=True), fit(mirrored=False)
    mirrored, plain = similarity(as_shipped, mirrored=True), similarity(otherwise, mirrored=False)
    return as_shipped, float(mirrored.mean()), float(np.mean(mirrored > plain))


def _without_vessels(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """The image with bright vessels and fat clipped: OASIS-1's images lack them, and they would bias the fit."""
    return np.minimum(image, np.percentile(image, 97))


def _bilinear(images: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (P, n) of images (P, H, W) at fractional pixels (2, n); points beyond the edge take the edge value."""
    limits = np.array(images.shape[1:])[:, None] - 1
    rows, columns = places = np.clip(places, 0, limits)
    low = np.minimum(np.floor(places).astype(np.intp), limits - 1)
    down, right = rows - low[0], columns - low[1]
    upper = images[:, low[0], low[1]] * (1 - right) + images[:, low[0], low[1] + 1] * right
    lower = images[:, low[0] + 1, low[1]] * (1 - right) + images[:, low[0] + 1, low[1] + 1] * right
    values: NDArray[np.float64] = upper * (1 - down) + lower * down
    return values


def _correlations(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Correlation of each row, (P,)."""
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (first, second))
    return np.asarray((one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1))
