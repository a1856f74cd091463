"""A scan placed in atlas space and roughly evened: what the structure network, the bias field and the planes start from."""

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
    """Where the atlas lies in a scan, and the scan seen from there.

    Attributes:
        head: upright, full resolution, air 0 and the bright end of the head near 1.
        coarse: the same averaged to about 2 mm, spikes cut off.
        air, unit: level of air and one scaled unit, in the scan's own intensities.
        gain: of the receive coil, roughly.
    """

    head: Volume
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
        """The scan on the structure network's grid, not evened; 0 where it does not reach."""
        return resample(self.coarse.values, self._grid_to_coarse, GRID_SHAPE)

    @cached_property
    def covered(self) -> NDArray[np.bool_]:
        """Voxels of that grid inside the scan's field of view."""
        covered: NDArray[np.bool_] = resample(torch.ones(self.coarse.shape), self._grid_to_coarse, GRID_SHAPE).numpy() > 0.5
        return covered

    @cached_property
    def log_gain(self) -> NDArray[np.float32]:
        """The rough log gain on that grid."""
        return self.gain.on_grid(grid_affine(), GRID_SHAPE)

    @cached_property
    def evened(self) -> Tensor:
        """The scan on that grid, white matter near 1."""
        return self.on_grid / torch.from_numpy(np.exp(self.log_gain))

    def evened_coarse(self) -> Volume:
        """The scan on its own grid of about 2 mm, white matter near 1."""
        voxels = np.stack(np.meshgrid(*(np.arange(n) for n in self.coarse.shape), indexing="ij"), axis=-1).reshape(-1, 3)
        points = apply_affine(np.linalg.inv(self.atlas_to_scan) @ self.coarse.affine, voxels)
        gain = np.exp(self.gain.at(points)).reshape(self.coarse.shape)
        return Volume(self.coarse.values / torch.from_numpy(gain), self.coarse.affine)

    @property
    def _grid_to_coarse(self) -> NDArray[np.float64]:
        matrix: NDArray[np.float64] = np.linalg.inv(self.coarse.affine) @ self.atlas_to_scan @ grid_affine()
        return matrix


def place(scan: Scan) -> Placement:
    """Find the atlas in a scan.

    Raises:
        RegistrationError: no head was found.
    """
    head, air, unit = rescale(canonical(scan))
    coarse = pool(head, 2)
    coarse = Volume(coarse.values.clamp(0.0, CEILING), coarse.affine)
    registration = register(coarse)
    gain = rough_gain(coarse, registration.atlas_to_scan, load_template())
    return Placement(head, coarse, air, unit, registration, gain)
