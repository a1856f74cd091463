"""One image branch: a backbone on every plane, attention over planes, and a head that can stand alone."""

from dataclasses import dataclass

from torch import Tensor, nn

from adcore.branches import Branch
from adcore.networks.attention import GatedAttention
from adcore.networks.backbones import FEATURES, Backbone

VECTOR = 64
"""Length of a branch's vector: small, because few people have labels."""


@dataclass(frozen=True, eq=False)
class BranchOutput:
    """What a branch says: vector (B, VECTOR), logits (B, 2), attention (B, N) over planes."""

    vector: Tensor
    logits: Tensor
    attention: Tensor


class PlanePooling(nn.Module):
    """From the mean of each plane's last maps to a vector and logits."""

    def __init__(self, features: int, dropout: float = 0.4):
        super().__init__()
        self.project = nn.Sequential(nn.LayerNorm(features), nn.Dropout(dropout), nn.Linear(features, VECTOR), nn.Tanh())
        self.attention = GatedAttention(VECTOR)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(VECTOR, 2))

    def forward(self, means: Tensor) -> BranchOutput:
        """Pool (B, N, C), the spatial means of last maps."""
        vector, weights = self.attention(self.project(means))
        return BranchOutput(vector, self.head(vector), weights)


class ImageBranch(nn.Module):
    """VGG16 or ResNet50 on planes, pooled over space by the mean and over planes by attention."""

    def __init__(self, branch: Branch):
        super().__init__()
        self.backbone = Backbone(branch)
        self.pooling = PlanePooling(FEATURES[branch])
