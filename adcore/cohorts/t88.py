"""Where OASIS-1's atlas (T88) lies in MNI152: the derivation behind the constants in adcore.prepare.slices.

First one scale and offset an axis, which also place OASIS-1's own slices on the planes; then, with those held, the tilt at
which scans are read. MNI152 is symmetric, so the fit keeps the sign of the x axis that it starts with; how that was found
stands beside the constants.
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
from adcore.prepare import slices as geometry

SLICES = range(90, 100)
YOUNGER_THAN = 30
PARTICIPANTS = 60
STEP = 2
"""Every second pixel is enough for six numbers."""


@dataclass(frozen=True)
class T88Map:
    """One scale and offset an axis: mm = scale * (index - centre) + offset; z runs against the rows."""

    x_scale: float
    x_offset: float
    z_scale: float
    z_offset: float
    y_scale: float
    y_offset: float


SHIPPED = T88Map(
    geometry.T88_X_SCALE, 0.0, geometry.T88_Z_SCALE, geometry.T88_Z_OFFSET, geometry.T88_Y_SCALE, geometry.T88_Y_OFFSET
)
"""What adcore.prepare.slices uses, rounded; x is centred, since both atlases are."""


@dataclass(frozen=True)
class T88Tilt:
    """How heads lie askew in the atlas; see adcore.prepare.slices.tilt."""

    roll_degrees: float
    yaw_degrees: float
    x_offset: float


SHIPPED_TILT = T88Tilt(geometry.T88_ROLL_DEGREES, geometry.T88_YAW_DEGREES, geometry.T88_X_OFFSET)


def mean_young_slices(folder: Path) -> NDArray[np.float32]:
    """Mean coronal slices 90 to 99 of the first 60 people under 30, (10, 176, 176); folder as load_oasis1 expects."""
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
    """Fit the map that makes the mean young slices look most like MNI152's template.

    Returns:
        The map, and the mean over slices of the correlation it reaches.
    """
    slices = mean_young_slices(folder)
    template = load_mni152_template(resolution=1)
    smooth = gaussian_filter(template.get_fdata(dtype=np.float32), 1.0)  # the mean of 60 people is smoother than the template
    start = T88Map(-1.06, 0.0, 1.06, 10.0, 0.95, -26.0)
    found = minimize(
        lambda values: -_correlation(T88Map(*values), slices, smooth, template.affine),
        astuple(start),
        method="Nelder-Mead",
        options={"maxiter": 700, "xatol": 0.005, "fatol": 1e-6},
    )
    return T88Map(*found.x), -float(found.fun)


def derive_t88_tilt(folder: Path) -> tuple[T88Tilt, float, float]:
    """Fit the tilt at which MNI152's template, read on the planes, looks most like the mean young planes inside the outline.

    Returns:
        The tilt, and the correlation without it and with it.
    """
    config = geometry.SliceConfig(t88_slices=tuple(SLICES))
    pixels = geometry.t88_pixels(config)
    pictures = np.stack([map_coordinates(image, pixels, order=1) for image in mean_young_slices(folder)])
    mask = geometry.slice_mask(config)
    upright = apply_affine(np.linalg.inv(geometry.tilt()), geometry.slice_points(config)[mask])
    template = load_mni152_template(resolution=1)
    smooth = gaussian_filter(template.get_fdata(dtype=np.float32), 1.0)
    to_voxels = np.linalg.inv(template.affine)

    def similarity(values: NDArray[np.float64]) -> float:
        points = apply_affine(to_voxels @ geometry.tilt(*values), upright)
        return float(np.corrcoef(map_coordinates(smooth, points.T, order=1), pictures[mask])[0, 1])

    found = minimize(lambda values: -similarity(values), np.zeros(3), method="Powell", options={"xtol": 0.005, "ftol": 1e-7})
    return T88Tilt(*(float(value) for value in found.x)), similarity(np.zeros(3)), -float(found.fun)


def _correlation(
    candidate: T88Map, slices: NDArray[np.float32], template: NDArray[np.float32], affine: NDArray[np.float64]
) -> float:
    rows, columns = np.mgrid[20:166:STEP, 10:166:STEP]
    number = np.arange(len(SLICES))[:, None, None]
    x = candidate.x_scale * (columns - geometry.T88_CENTRE) + candidate.x_offset
    z = candidate.z_offset - candidate.z_scale * (rows - geometry.T88_CENTRE)
    y = candidate.y_scale * (number + SLICES[0] - geometry.T88_Y_CENTRE) + candidate.y_offset
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    values = map_coordinates(template, np.moveaxis(apply_affine(np.linalg.inv(affine), points), -1, 0), order=1)
    pairs = zip(slices[:, rows, columns], values, strict=True)
    return float(np.mean([np.corrcoef(seen.ravel(), expected.ravel())[0, 1] for seen, expected in pairs]))
