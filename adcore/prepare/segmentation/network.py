"""The small 3-D U-Net that labels the parts of the head's inside on a 2 mm grid in atlas space."""

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
"""Voxels of the grid; each axis can be halved three times."""

GRID_SPACING_MM = 2.0

GRID_ORIGIN_MM = (-79.0, -119.0, -81.0)
"""Centre of the first voxel in MNI152: the grid goes 8 to 12 mm beyond the atlas brain on every side."""

PRIOR_SHAPE = (40, 52, 44)
"""The prior's grid, over the same box at 4 mm."""

CHANNELS = (32, 64, 128, 256)
FEATURES = 16

BRIGHTEST = 1.6
"""Of the input, white matter being near 1."""


def grid_affine() -> NDArray[np.float64]:
    """(4, 4), voxel indices of the grid to MNI152 millimetres."""
    affine = np.diag([GRID_SPACING_MM] * 3 + [1.0])
    affine[:3, 3] = GRID_ORIGIN_MM
    return affine


class StructureNetwork(nn.Module):
    """Where parts usually lie, corrected by a residual U-Net (Kerfoot 2018, as MONAI builds it) that sees the image.

    The image comes placed in the atlas, so a prior (mean labels of the people trained on, as in Ashburner and Friston 2005,
    NeuroImage 26:839) says most of what is where, left and right included; the U-Net adds to its logarithm.
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
        # MONAI's U-Net begins by halving; this sees the image at its full resolution once more.
        self.detail = Convolution(3, FEATURES + 1, FEATURES, act=("RELU", {"inplace": True}), norm="INSTANCE")
        self.read_out = nn.Conv3d(FEATURES, CLASSES, 1)
        nn.init.zeros_(self.read_out.weight)
        nn.init.zeros_(self.read_out.bias)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> Tensor:
        """Label a head.

        Args:
            images: (B, 1, *GRID_SHAPE) in atlas space, gain-corrected, air 0, white matter near 1.
        Returns:
            logits (B, CLASSES, *GRID_SHAPE).
        """
        images = images.clamp(0, BRIGHTEST)
        places = self.places.expand(len(images), -1, -1, -1, -1)
        features = torch.relu(self.unet(torch.cat([images, places], dim=1)))
        features = features + self.detail(torch.cat([images, features], dim=1))
        return self._read(features)

    def usual_labels(self) -> Tensor:
        """The class that most people have at each voxel of the grid, uint8 GRID_SHAPE."""
        return self._prior()[0].argmax(dim=0).to(torch.uint8)

    def _read(self, features: Tensor) -> Tensor:
        """The read-out's convolution on top of the prior, as one matrix product: a third of the time of one after the other."""
        kernel = self.read_out.weight.flatten(1).expand(len(features), -1, -1)
        prior = self._prior().flatten(2).expand(len(features), -1, -1)
        logits = torch.baddbmm(prior, kernel, features.flatten(2)) + cast(Tensor, self.read_out.bias)[:, None]
        return logits.unflatten(2, GRID_SHAPE)

    def _prior(self) -> Tensor:
        """The prior on the network's own grid, made once: it does not learn."""
        if self._fine_prior is None:
            self._fine_prior = functional.interpolate(self.log_prior[None], GRID_SHAPE, mode="trilinear")
        return self._fine_prior
