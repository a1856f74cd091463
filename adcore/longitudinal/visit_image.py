"""One visit's scan for registration: its own voxels, and the rough bias field that scales white matter to about 1."""

from dataclasses import dataclass

import numpy as np
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from torch import Tensor

from adcore.prepare.bias import RoughGain, rough_gain
from adcore.prepare.intensity import CEILING, rescale
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, canonical, pool, sample, transform_points

FINEST_MM = 1.0
"""Finer scans are averaged to about this, so that all visits have a similar resolution."""


@dataclass(frozen=True, eq=False)
class VisitImage:
    """A prepared scan that can be sampled at points of the patient.

    Attributes:
        head: upright, air at 0 and the bright end of the head near 1; not bias-corrected.
        atlas_to_scan: (4, 4), MNI152 to the scan's millimetres, with scale and shear.
        gain: the bias field by which the head is divided.
        outline: the closed brain mask on the structure network's grid, 1 inside.
    """

    head: Volume
    atlas_to_scan: NDArray[np.float64]
    gain: RoughGain
    outline: Volume

    @classmethod
    def of(cls, prepared: PreparedScan) -> "VisitImage":
        """From a prepared scan; takes a fraction of a second."""
        head, _, _ = rescale(canonical(prepared.scan))
        coarse = pool(head, 2)
        gain = rough_gain(Volume(coarse.values.clamp(0.0, CEILING), coarse.affine), prepared.atlas_to_scan, load_template())
        outline = torch.from_numpy(prepared.segmentation.brain.astype(np.float32))
        return cls(pool(head, FINEST_MM), prepared.atlas_to_scan, gain, Volume(outline, grid_affine()))

    def gain_at(self, points_mm: NDArray[np.floating]) -> NDArray[np.float32]:
        """The gain at points of the scan, (n, 3) RAS+ millimetres."""
        gain: NDArray[np.float32] = np.exp(self.gain.at(apply_affine(np.linalg.inv(self.atlas_to_scan), points_mm)))
        return gain

    def brain_at(self, points_mm: Tensor) -> Tensor:
        """Brain fraction at points of the scan, (n,), from 0 to 1."""
        to_voxels = np.linalg.inv(self.outline.affine) @ np.linalg.inv(self.atlas_to_scan)
        return sample(self.outline.values[None], transform_points(points_mm, to_voxels))[0][0]
