"""The small 3-D U-Net that segments intracranial structures on a 2 mm grid in atlas space."""

from typing import cast

import numpy as np
import torch
from monai.networks.blocks.convolutions import Convolution
from monai.networks.nets.unet import UNet
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from adcore.prepare.segmentation.structures import CLASSES

GRID_SHAPE = (80, 104, 88)
"""Voxels of the grid; each axis is divisible by eight."""

GRID_SPACING_MM = 2.0

GRID_ORIGIN_MM = (-79.0, -119.0, -81.0)
"""Centre of the first voxel in MNI152 millimetres: the grid extends 8 to 12 mm beyond the atlas brain on every side."""

PRIOR_SHAPE = (40, 52, 44)
"""Voxels of the prior, over the same box at 4 mm."""

CHANNELS = (32, 64, 128, 256)
FEATURES = 16

BRIGHTEST = 1.6
"""Largest input intensity, with white matter near 1."""


def grid_affine() -> NDArray[np.float64]:
    """(4, 4), voxel indices of the grid to MNI152 millimetres."""
    affine = np.diag([GRID_SPACING_MM] * 3 + [1.0])
    affine[:3, 3] = GRID_ORIGIN_MM
    return affine


class StructureNetwork(nn.Module):
    """An atlas prior corrected by a residual U-Net (Kerfoot 2018, as implemented in MONAI).

    The input is registered to the atlas, so a prior (mean labels of the training participants, as in Ashburner and Friston 2005,
    NeuroImage 26:839) locates most structures, including left and right; the U-Net adds to the logarithm of the prior.
    """

    log_prior: Tensor
    places: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.log_prior = nn.Parameter(torch.zeros(CLASSES, *PRIOR_SHAPE), requires_grad=False)
        axes = [torch.linspace(-1, 1, n) for n in GRID_SHAPE]
        self._fine_prior: Tensor | None = None
        self.register_buffer("places", torch.stack(torch.meshgrid(*axes, indexing="ij")), persistent=False)
        self.unet = UNet(
            spatial_dims=3,
            in_channels=4,
            out_channels=FEATURES,
            channels=CHANNELS,
            strides=(2, 2, 2),
            num_res_units=2,
            act=("RELU", {"inplace": True}),
            norm="INSTANCE",
        )
        # MONAI's U-Net starts by downsampling; this convolution sees the image at full resolution again.
        self.detail = Convolution(3, FEATURES + 1, FEATURES, act=("RELU", {"inplace": True}), norm="INSTANCE")
        self.read_out = nn.Conv3d(FEATURES, CLASSES, 1)
        nn.init.zeros_(self.read_out.weight)
        nn.init.zeros_(self.read_out.bias)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> Tensor:
        """Segment scans.

        Args:
            images: (B, 1, *GRID_SHAPE) in atlas space, bias-corrected, air 0, white matter near 1.
        Returns:
            logits (B, CLASSES, *GRID_SHAPE).
        """
        return self._read(self._features(images, self.places.expand(len(images), -1, -1, -1, -1)))

    def correction(self, images: Tensor, places: Tensor) -> Tensor:
        """What the U-Net adds to the logarithm of the prior, (B, CLASSES, *), for a block of any size divisible by eight.

        Args:
            images: (B, 1, *), as forward takes them.
            places: (B, 3, *), of the block's voxels within the grid, -1 to 1.
        """
        return cast(Tensor, self.read_out(self._features(images, places)))

    def usual_labels(self) -> Tensor:
        """The most frequent class of the training participants at each voxel of the grid, uint8 GRID_SHAPE."""
        return self._prior()[0].argmax(dim=0).to(torch.uint8)

    def _features(self, images: Tensor, places: Tensor) -> Tensor:
        images = images.clamp(0, BRIGHTEST)
        features = torch.relu(self.unet(torch.cat([images, places], dim=1)))
        return features + cast(Tensor, self.detail(torch.cat([images, features], dim=1)))

    def _read(self, features: Tensor) -> Tensor:
        """Read-out convolution and prior as one matrix product, in a third of the time of two steps."""
        kernel = self.read_out.weight.flatten(1).expand(len(features), -1, -1)
        prior = self._prior().flatten(2).expand(len(features), -1, -1)
        logits = torch.baddbmm(prior, kernel, features.flatten(2)) + cast(Tensor, self.read_out.bias)[:, None]
        return logits.unflatten(2, GRID_SHAPE)

    def _prior(self) -> Tensor:
        """The prior on the network's grid, computed once, since it is not trained."""
        if self._fine_prior is None:
            self._fine_prior = functional.interpolate(self.log_prior[None], GRID_SHAPE, mode="trilinear")
        return self._fine_prior
