"""A scan placed in atlas space, with a rough bias correction: the input of segmentation, bias field and slices."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from torch import Tensor

from adcore.case.scan import Scan
from adcore.prepare.bias import RoughGain, rough_gain
from adcore.prepare.intensity import CEILING, rescale
from adcore.prepare.registration import Registration, register
from adcore.prepare.segmentation.network import GRID_SHAPE, grid_affine
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, canonical, pool, resample


@dataclass(frozen=True, eq=False)
class Placement:
    """The position of the atlas in a scan, and the scan resampled to the atlas.

    Attributes:
        volume: the scan in RAS axes at full resolution, air at 0 and the bright end of the foreground near 1.
        coarse: the same averaged to about 2 mm, bright spikes clipped.
        air, unit: level of air and size of one scaled unit, in the scan's own intensities.
        gain: rough estimate of the bias field.
    """

    volume: Volume
    coarse: Volume
    air: float
    unit: float
    registration: Registration
    gain: RoughGain

    @property
    def atlas_to_scan(self) -> NDArray[np.float64]:
        """(4, 4), MNI152 millimetres to the scan's RAS+ millimetres."""
        return self.registration.atlas_to_scan

    @cached_property
    def on_grid(self) -> Tensor:
        """The scan on the structure network's grid, not bias-corrected; 0 outside its field of view."""
        return resample(self.coarse.values, self._grid_to_coarse, GRID_SHAPE)

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """Mask of the voxels of that grid inside the scan's field of view."""
        covered: NDArray[np.bool_] = resample(torch.ones(self.coarse.shape), self._grid_to_coarse, GRID_SHAPE).numpy() > 0.5
        return covered

    @cached_property
    def log_gain(self) -> NDArray[np.float32]:
        """The rough log gain on that grid."""
        return self.gain.on_grid(grid_affine(), GRID_SHAPE)

    @cached_property
    def evened(self) -> Tensor:
        """The scan on that grid, roughly bias-corrected, white matter near 1."""
        return self.on_grid / torch.from_numpy(np.exp(self.log_gain))

    def evened_coarse(self) -> Volume:
        """The scan on its own grid of about 2 mm, roughly bias-corrected, white matter near 1."""
        voxels = np.stack(np.meshgrid(*(np.arange(n) for n in self.coarse.shape), indexing="ij"), axis=-1).reshape(-1, 3)
        points = apply_affine(np.linalg.inv(self.atlas_to_scan) @ self.coarse.affine, voxels)
        gain = np.exp(self.gain.at(points)).reshape(self.coarse.shape)
        return Volume(self.coarse.values / torch.from_numpy(gain), self.coarse.affine)

    @property
    def _grid_to_coarse(self) -> NDArray[np.float64]:
        matrix: NDArray[np.float64] = np.linalg.inv(self.coarse.affine) @ self.atlas_to_scan @ grid_affine()
        return matrix


def place(scan: Scan) -> Placement:
    """Register a scan to the atlas and estimate its bias field roughly.

    Raises:
        RegistrationError: no head was found in the scan.
    """
    volume, air, unit = rescale(canonical(scan))
    coarse = pool(volume, 2)
    coarse = Volume(coarse.values.clamp(0.0, CEILING), coarse.affine)
    registration = register(coarse)
    gain = rough_gain(coarse, registration.atlas_to_scan, load_template())
    return Placement(volume, coarse, air, unit, registration, gain)
