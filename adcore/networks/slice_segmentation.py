"""A small 2-D U-Net that segments brain structures on single coronal slices, and the pictures that the image branches read."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLICE_STRUCTURES = (
    "outside",
    "hippocampus",
    "amygdala",
    "parahippocampal gyrus",
    "lateral ventricle",
    "inferior horn",
    "temporal cortex",
    "other cortex",
    "insula",
    "deep grey matter",
    "white matter",
    "fluid",
    "brainstem and cerebellum",
)
"""The classes of the network, left and right together."""

CHANNELS = (16, 32, 64, 96)

# The second and third channel of a picture: how brightly each structure shows there. Alzheimer's disease changes medial temporal
# grey matter and the fluid beside it first on these slices; levels set structures apart from their neighbours, 1 the brightest.
MEDIAL_TEMPORAL = {"hippocampus": 1.0, "parahippocampal gyrus": 0.66, "temporal cortex": 0.33}
FLUID = {"inferior horn": 1.0, "lateral ventricle": 0.66, "fluid": 0.33}

PLACES_MM = (-30.6, -21.7)
PLACES = 10
"""Number of places along MNI y at which usual shares are kept: those of OASIS-1's slices 90 to 99."""

# Scale of the y coordinate that the network reads: MNI millimetres around the middle of the slices.
Y_CENTRE_MM = -26.0
Y_SCALE_MM = 20.0


class SliceSegmentationNetwork(nn.Module):
    """A U-Net (Ronneberger 2015) that reads a slice and the position of each of its pixels."""

    levels: Tensor

    def __init__(self) -> None:
        super().__init__()
        inputs = (4, *CHANNELS[:-1])
        self.down = nn.ModuleList(_double(i, o) for i, o in zip(inputs, CHANNELS, strict=True))
        self.up = nn.ModuleList(_double(deep + skip, skip) for skip, deep in reversed(list(pairwise(CHANNELS))))
        self.out = nn.Conv2d(CHANNELS[0], len(SLICE_STRUCTURES), 1)
        levels = [[channel.get(structure, 0.0) for structure in SLICE_STRUCTURES] for channel in (MEDIAL_TEMPORAL, FLUID)]
        self.register_buffer("levels", torch.tensor(levels), persistent=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a third faster on CPUs

    def forward(self, slices: Tensor, y_mm: Tensor) -> Tensor:
        """Logits (B, len(SLICE_STRUCTURES), H, W).

        Args:
            slices: (B, 1, H, W), scaled as adcore.prepare.slices.scale_slices does; H and W divide by 8.
            y_mm: (B,), MNI y of each slice at its middle.
        """
        place = ((y_mm - Y_CENTRE_MM) / Y_SCALE_MM).view(-1, 1, 1, 1).expand_as(slices)
        rows, columns = (torch.linspace(-1, 1, size) for size in slices.shape[-2:])
        across = columns.expand_as(slices)
        downwards = rows.view(-1, 1).expand_as(slices)
        maps = torch.cat([slices, place, across, downwards], dim=1).contiguous(memory_format=torch.channels_last)
        skips = []
        for number, block in enumerate(self.down):
            maps = block(F.max_pool2d(maps, 2) if number else maps)
            skips.append(maps)
        for block, skip in zip(self.up, reversed(skips[:-1]), strict=True):
            maps = block(torch.cat([F.interpolate(maps, scale_factor=2), skip], dim=1))
        logits: Tensor = self.out(maps)
        return logits

    def probabilities(self, slices: Tensor, y_mm: Tensor) -> Tensor:
        """Probability of each structure, (B, len(SLICE_STRUCTURES), H, W), averaged over slice and mirror image."""
        mirrored = self(slices.flip(-1), y_mm).softmax(dim=1).flip(-1)
        both: Tensor = (self(slices, y_mm).softmax(dim=1) + mirrored) / 2
        return both

    def paint(self, slices: Tensor, y_mm: Tensor) -> tuple[Tensor, Tensor]:
        """Make the pictures that the image branches read, and the share of each slice that each structure fills.

        Args:
            slices: (B, 1, H, W); y_mm: (B,), both as in forward.
        Returns:
            pictures (B, 3, H, W): the slice, its medial temporal grey matter, its fluid; 0 outside the outline.
            shares (B, len(SLICE_STRUCTURES)), of all pixels.
        """
        chances = self.probabilities(slices, y_mm) * (slices > 0)
        painted = torch.einsum("bphw,cp->bchw", chances, self.levels)
        return torch.cat([slices, painted], dim=1), chances.mean((2, 3))


class StructureShares(nn.Module):
    """The shares of the structures on a participant's slices, against the usual ones at each place, as one vector.

    Attributes:
        centre: (PLACES, P), usual shares at each of PLACES_MM.
        spread: (P,), SD of a participant's mean deviation from them.
    """

    centre: Tensor
    spread: Tensor
    places_mm: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("places_mm", torch.linspace(*PLACES_MM, PLACES), persistent=False)
        self.register_buffer("centre", torch.zeros(PLACES, len(SLICE_STRUCTURES)))
        self.register_buffer("spread", torch.ones(len(SLICE_STRUCTURES)))

    def learn(self, shares: Tensor, y_mm: Tensor) -> None:
        """Take centre and spread from participants' shares (S, N, P) on slices at y_mm (N,)."""
        nearest = (self.places_mm.view(-1, 1) - y_mm).abs().argmin(dim=1)
        self.centre.copy_(shares.mean(dim=0)[nearest])
        self.spread.fill_(1)
        self.spread.copy_(self(shares, y_mm).std(dim=0).clamp_min(1e-6))

    def forward(self, shares: Tensor, y_mm: Tensor) -> Tensor:
        """Standardise shares (B, N, P) on slices at y_mm (N,), each against the nearest place, as (B, P)."""
        nearest = (y_mm.view(-1, 1) - self.places_mm).abs().argmin(dim=1)
        deviation: Tensor = (shares - self.centre[nearest]).mean(dim=1) / self.spread
        return deviation


def _double(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for width in (inputs, outputs):
        layers += [nn.Conv2d(width, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)
