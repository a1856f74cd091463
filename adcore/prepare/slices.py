"""The coronal slices that the networks read: their positions in MNI152 space and the scaling of their intensities.

Training cohorts and patients' scans are scaled by the same functions, so that a network always sees the same kind of image. Each
slice has two positions: an upright one, in which OASIS-1's slices and the outline are given, and the one at which a scan is
sampled, which is tilted as OASIS-1's atlas is.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
from nibabel.affines import apply_affine, from_matvec
from nilearn.datasets import load_mni152_brain_mask
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, distance_transform_edt, map_coordinates
from scipy.spatial.transform import Rotation

from adcore.errors import PreparationError

# The OASIS-1 atlas (T88, 176 x 208 x 176 at 1 mm) in MNI152 millimetres, one line per axis: mm = scale * (index - 87.5) + offset,
# slices along y counted from 94.5. Derived by adcore.cohorts.t88 from the mean of 60 young subjects.
# Columns run from the patient's right to the left: mirrored, the mean slices of unimpaired participants match 27 of 28 healthy
# scans over 60 (IXI) better. MNI152 itself is symmetric and cannot decide this.
T88_X_SCALE = -1.059
T88_Z_SCALE, T88_Z_OFFSET = 1.056, 13.44
T88_Y_SCALE, T88_Y_OFFSET = 0.985, -26.15
T88_CENTRE = 87.5
T88_Y_CENTRE = 94.5

# Heads are slightly tilted in that atlas: MNI mm = rotation * (mm by the formula above - pivot) + pivot + x offset.
# Derived on the same young subjects, with the constants above fixed. The same search on IXI participants under 35, from 35 to 60
# and over 60 finds rolls of 1.4 to 1.7, yaws of -1.0 to -0.2 and offsets of -0.9 to -0.6; a pitch adds nothing.
T88_ROLL_DEGREES = 1.5
T88_YAW_DEGREES = -1.1
T88_X_OFFSET = -0.65
T88_PIVOT_MM = (0.0, -26.0, 8.0)


@dataclass(frozen=True)
class SliceConfig:
    """Geometry and intensity of the coronal slices that the networks read.

    Attributes:
        t88_slices: numbers of the coronal slices of the OASIS-1 atlas at whose positions scans are sampled, posterior to
            anterior.
        size: rows and columns of a slice.
        spacing_mm: MNI millimetres between neighbouring pixels.
        centre_z_mm: MNI z at the centre of a slice; x is centred on the midline.
        white_percentile: percentile inside the mask that is scaled to intensity 1; it falls into white matter.
        ceiling: largest scaled intensity.
        mask_erosion_mm: erosion of MNI152's brain mask, outside which pixels are set to 0. The outline is the same for everyone,
            because the outline of an individual skull strip can carry the label by itself.
    """

    t88_slices: tuple[int, ...] = tuple(range(90, 100))
    size: int = 112
    spacing_mm: float = 1.35
    centre_z_mm: float = 8.0
    white_percentile: float = 90.0
    ceiling: float = 1.5
    mask_erosion_mm: float = 2.0

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with any field."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    @property
    def y_mm(self) -> tuple[float, ...]:
        """MNI y at the centre of each slice, posterior first; the tilt moves its edges by up to 1.5 mm."""
        return tuple(T88_Y_SCALE * (number - T88_Y_CENTRE) + T88_Y_OFFSET for number in self.t88_slices)


def slice_points(config: SliceConfig) -> NDArray[np.float64]:
    """MNI RAS millimetres at which a scan is sampled for every pixel.

    Returns:
        (N, H, W, 3): slice n from posterior to anterior, row 0 superior, column 0 at the patient's left.
    """
    return apply_affine(tilt(), _upright_points(config))


def slice_affine(config: SliceConfig) -> NDArray[np.float64]:
    """(4, 4), MNI152 millimetres to fractional (slice, row, column); the inverse of slice_points.

    A point outside [0, N-1], [0, H-1], [0, W-1] lies on no slice.
    """
    half = (config.size - 1) / 2
    per_slice = 1 / (T88_Y_SCALE * (config.t88_slices[1] - config.t88_slices[0]))
    pixel = 1 / config.spacing_mm
    upright = [
        [0, per_slice, 0, -per_slice * config.y_mm[0]],
        [0, 0, -pixel, pixel * config.centre_z_mm + half],
        [pixel, 0, 0, half],
        [0, 0, 0, 1],
    ]
    return np.array(upright) @ np.linalg.inv(tilt())


def tilt(
    roll_degrees: float = T88_ROLL_DEGREES, yaw_degrees: float = T88_YAW_DEGREES, x_offset: float = T88_X_OFFSET
) -> NDArray[np.float64]:
    """The tilt of OASIS-1's atlas against MNI152: (4, 4), upright millimetres to MNI millimetres."""
    rotation = Rotation.from_euler("yz", [roll_degrees, yaw_degrees], degrees=True).as_matrix()
    pivot = np.array(T88_PIVOT_MM)
    return from_matvec(rotation, pivot - rotation @ pivot + [x_offset, 0.0, 0.0])


def t88_pixels(config: SliceConfig) -> NDArray[np.float64]:
    """Fractional (row, column) on a coronal T88 slice of OASIS-1 for each pixel of a network slice, (2, H, W)."""
    x, _, z = np.moveaxis(_upright_points(config)[0], -1, 0)
    return np.stack([T88_CENTRE - (z - T88_Z_OFFSET) / T88_Z_SCALE, T88_CENTRE + x / T88_X_SCALE])


@lru_cache(maxsize=4)
def slice_mask(config: SliceConfig) -> NDArray[np.bool_]:
    """The fixed brain outline on the slices, (N, H, W): MNI152's brain mask eroded by config.mask_erosion_mm.

    It is upright, as in the images that the shipped networks were trained on: a common frame, not the patient's own brain.
    """
    brain, affine = _brain()
    indices = np.moveaxis(apply_affine(np.linalg.inv(affine), _upright_points(config)), -1, 0)
    reach = int(np.ceil(config.mask_erosion_mm)) + 2  # voxels of 1 mm, beyond which no depth is asked for
    low = np.maximum(np.floor(indices.min(axis=(1, 2, 3))).astype(int) - reach, 0)
    high = np.ceil(indices.max(axis=(1, 2, 3))).astype(int) + reach + 1
    depth_mm = distance_transform_edt(brain[tuple(map(slice, low, high))])
    depth = map_coordinates(depth_mm, indices - low[:, None, None, None], order=1, mode="constant", cval=0.0)
    mask: NDArray[np.bool_] = depth > config.mask_erosion_mm
    mask.setflags(write=False)
    return mask


@lru_cache(maxsize=1)
def _brain() -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """MNI152's brain without the mask's pinhole at the third ventricle, (X, Y, Z) at 1 mm, and its affine."""
    image = load_mni152_brain_mask(resolution=1)
    return binary_fill_holes(np.asanyarray(image.dataobj) > 0), image.affine


def scale_slices(slices: NDArray[np.float32], config: SliceConfig, mask: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
    """Set pixels outside the fixed outline to 0 and scale white matter to 1.

    Args:
        slices: (N, H, W), any positive intensity scale.
        mask: (N, H, W), a subset of the outline, for data sets whose slices show less; the whole outline where None.
    Returns:
        float32 (N, H, W) in [0, config.ceiling]; 0 outside the outline.
    Raises:
        PreparationError: there is no signal where the brain should be.
    """
    mask = slice_mask(config) if mask is None else mask
    white = float(np.percentile(slices[mask], config.white_percentile))
    if not white > 0:
        raise PreparationError(
            "The coronal slices through the temporal lobes are empty: the scan does not cover the middle of the brain. "
            "Use a scan of the whole head."
        )
    return np.where(mask, np.clip(slices / white, 0, config.ceiling), 0).astype(np.float32)


def _upright_points(config: SliceConfig) -> NDArray[np.float64]:
    """Millimetres (N, H, W, 3) of every pixel before the tilt: the positions of OASIS-1's own slices and of the outline."""
    half = (config.size - 1) / 2
    offsets = (np.arange(config.size) - half) * config.spacing_mm
    y, z, x = np.meshgrid(config.y_mm, config.centre_z_mm - offsets, offsets, indexing="ij")
    return np.stack([x, y, z], axis=-1)
