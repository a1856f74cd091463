"""The whole network: two image branches, the clinical branch, and late fusion of their concatenated vectors."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.networks.clinical_mlp import CLINICAL_VECTOR, ClinicalMLP
from adcore.networks.image_branch import VECTOR, ImageBranch


class FusionHead(nn.Module):
    """Concatenated branch vectors, and whether there is a scan, to logits."""

    def __init__(self, dropout: float = 0.4):
        super().__init__()
        width = len(IMAGE_BRANCHES) * VECTOR + CLINICAL_VECTOR + 1
        self.layers = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, 32), nn.ReLU(), nn.Dropout(dropout), nn.Linear(32, 2))

    def forward(self, images: Tensor, clinical: Tensor, has_scan: Tensor) -> Tensor:
        """Fuse.

        Args:
            images: (B, 2 * VECTOR), VGG16 then ResNet50; ignored where has_scan is 0.
            clinical: (B, CLINICAL_VECTOR).
            has_scan: (B, 1), 0 or 1.
        Returns:
            logits (B, 2): unimpaired, impaired.
        """
        return cast(Tensor, self.layers(torch.cat([images * has_scan, clinical, has_scan], dim=1)))


@dataclass(frozen=True, eq=False)
class FusionOutput:
    """Logits (B, 2) of the fusion and of each branch, and attention (B, N) of the image branches."""

    fused: Tensor
    branches: dict[Branch, Tensor]
    attention: dict[Branch, Tensor]


class LateFusionNetwork(nn.Module):
    """VGG16, ResNet50 and the clinical MLP, each able to stand alone, joined late.

    There is no single forward: convolutions run once a scan (ImageBranch.backbone), `judge` as often as one asks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.images = nn.ModuleDict({branch.value: ImageBranch(branch) for branch in IMAGE_BRANCHES})
        self.clinical = ClinicalMLP()
        self.fusion = FusionHead()

    def image_branch(self, branch: Branch) -> ImageBranch:
        """VGG16's or ResNet50's part."""
        return cast(ImageBranch, self.images[branch.value])

    def parts(self) -> dict[str, nn.Module]:
        """The weights files a model folder holds, and the module of each."""
        clinical = nn.ModuleDict({"clinical": self.clinical, "fusion": self.fusion})
        files: dict[str, nn.Module] = {f"{branch}.safetensors": self.image_branch(branch) for branch in IMAGE_BRANCHES}
        return files | {"fusion.safetensors": clinical}

    def judge(self, means: dict[Branch, Tensor] | None, values: Tensor, known: Tensor) -> FusionOutput:
        """Everything after the convolutions: milliseconds, so a person can be judged under many clinical assumptions.

        Args:
            means: (B, N, C) by image branch, spatial means of the last maps; None without a scan.
            values, known: coded clinical fields (B, F).
        """
        vector, clinical_logits = self.clinical(values, known)
        logits = {Branch.CLINICAL: clinical_logits}
        if means is None:
            images = torch.zeros(len(values), len(IMAGE_BRANCHES) * VECTOR)
            return FusionOutput(self.fusion(images, vector, torch.zeros(len(values), 1)), logits, {})
        outputs = {branch: self.image_branch(branch).pooling(means[branch]) for branch in IMAGE_BRANCHES}
        images = torch.cat([outputs[branch].vector for branch in IMAGE_BRANCHES], dim=1)
        fused = self.fusion(images, vector, torch.ones(len(values), 1))
        logits |= {branch: output.logits for branch, output in outputs.items()}
        return FusionOutput(fused, logits, {branch: output.attention for branch, output in outputs.items()})
