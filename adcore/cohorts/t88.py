"""The position of OASIS-1's atlas (T88) in MNI152: the derivation of the constants in adcore.prepare.slices.

First one scale and offset per axis, which also map OASIS-1's own slices to the network slices; then, with these fixed, the tilt
at which scans are sampled. MNI152 is symmetric, so the fit keeps the sign of the x axis that it starts with; how the sign was
found is documented with the constants.
"""

from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_template
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.optimize import minimize

from adcore.cohorts.oasis1 import TABLE, read_table
from adcore.prepare.slices import (
    T88_CENTRE,
    T88_ROLL_DEGREES,
    T88_X_OFFSET,
    T88_X_SCALE,
    T88_Y_CENTRE,
    T88_Y_OFFSET,
    T88_Y_SCALE,
    T88_YAW_DEGREES,
    T88_Z_OFFSET,
    T88_Z_SCALE,
    SliceConfig,
    slice_mask,
    slice_points,
    t88_pixels,
    tilt,
)

SLICES = range(90, 100)
YOUNGER_THAN = 30
PARTICIPANTS = 60
STEP = 2
"""Every second pixel suffices to fit six parameters."""


@dataclass(frozen=True)
class T88Map:
    """One scale and offset per axis: mm = scale * (index - centre) + offset; z runs opposite to the rows."""

    x_scale: float
    x_offset: float
    z_scale: float
    z_offset: float
    y_scale: float
    y_offset: float


SHIPPED = T88Map(T88_X_SCALE, 0.0, T88_Z_SCALE, T88_Z_OFFSET, T88_Y_SCALE, T88_Y_OFFSET)
"""The rounded constants of adcore.prepare.slices; x is centred, as in both atlases."""


@dataclass(frozen=True)
class T88Tilt:
    """The tilt of heads in the atlas; see adcore.prepare.slices.tilt."""

    roll_degrees: float
    yaw_degrees: float
    x_offset: float


SHIPPED_TILT = T88Tilt(T88_ROLL_DEGREES, T88_YAW_DEGREES, T88_X_OFFSET)


def mean_young_slices(folder: Path) -> NDArray[np.float32]:
    """Mean coronal slices 90 to 99 of the first 60 participants under 30, (10, 176, 176); folder as load_oasis1 expects."""
    table = read_table(folder / TABLE)
    young = sorted(table.loc[(table["age_years"] < YOUNGER_THAN) & ~table["person"].duplicated(), "session"])
    present = [session for session in young if (folder / "coronal" / session).is_dir()][:PARTICIPANTS]
    total = np.zeros((len(SLICES), 176, 176), dtype=np.float32)
    for session in present:
        for number, index in enumerate(SLICES):
            total[number] += np.asarray(Image.open(folder / "coronal" / session / f"{session}.{index}.png"), dtype=np.float32)
    mean: NDArray[np.float32] = total / np.float32(len(present))
    return mean


def derive_t88_map(folder: Path) -> tuple[T88Map, float]:
    """Fit the map that maximises the correlation of the mean young slices with the MNI152 template.

    Returns:
        the map, and the mean over slices of the correlation it reaches.
    """
    slices = mean_young_slices(folder)
    template = load_mni152_template(resolution=1)
    smooth = gaussian_filter(template.get_fdata(dtype=np.float32), 1.0)  # the mean of 60 is smoother than the template
    start = T88Map(-1.06, 0.0, 1.06, 10.0, 0.95, -26.0)
    found = minimize(
        lambda values: -_correlation(T88Map(*values), slices, smooth, template.affine),
        astuple(start),
        method="Nelder-Mead",
        options={"maxiter": 700, "xatol": 0.005, "fatol": 1e-6},
    )
    return T88Map(*found.x), -float(found.fun)


def derive_t88_tilt(folder: Path) -> tuple[T88Tilt, float, float]:
    """Fit the tilt at which the MNI152 template, sampled on the slices, correlates best with the mean young slices.

    Returns:
        the tilt, and the correlation inside the outline without it and with it.
    """
    config = SliceConfig(t88_slices=tuple(SLICES))
    pixels = t88_pixels(config)
    mean = np.stack([map_coordinates(image, pixels, order=1) for image in mean_young_slices(folder)])
    mask = slice_mask(config)
    upright = apply_affine(np.linalg.inv(tilt()), slice_points(config)[mask])
    template = load_mni152_template(resolution=1)
    smooth = gaussian_filter(template.get_fdata(dtype=np.float32), 1.0)
    to_voxels = np.linalg.inv(template.affine)

    def similarity(values: NDArray[np.float64]) -> float:
        points = apply_affine(to_voxels @ tilt(*values), upright)
        return float(np.corrcoef(map_coordinates(smooth, points.T, order=1), mean[mask])[0, 1])

    found = minimize(lambda values: -similarity(values), np.zeros(3), method="Powell", options={"xtol": 0.005, "ftol": 1e-7})
    return T88Tilt(*(float(value) for value in found.x)), similarity(np.zeros(3)), -float(found.fun)


def _correlation(
    candidate: T88Map, slices: NDArray[np.float32], template: NDArray[np.float32], affine: NDArray[np.float64]
) -> float:
    rows, columns = np.mgrid[20:166:STEP, 10:166:STEP]
    number = np.arange(len(SLICES))[:, None, None]
    x = candidate.x_scale * (columns - T88_CENTRE) + candidate.x_offset
    z = candidate.z_offset - candidate.z_scale * (rows - T88_CENTRE)
    y = candidate.y_scale * (number + SLICES[0] - T88_Y_CENTRE) + candidate.y_offset
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    values = map_coordinates(template, np.moveaxis(apply_affine(np.linalg.inv(affine), points), -1, 0), order=1)
    pairs = zip(slices[:, rows, columns], values, strict=True)
    return float(np.mean([np.corrcoef(seen.ravel(), expected.ravel())[0, 1] for seen, expected in pairs]))
