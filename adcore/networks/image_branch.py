"""One image branch: a backbone on every slice, attention over slices, and a head that can stand alone."""

from dataclasses import dataclass

from torch import Tensor, nn

from adcore.answer.prediction import Branch
from adcore.networks.attention import GatedAttention
from adcore.networks.backbones import FEATURES, Backbone

VECTOR = 16
"""Length of a branch's vector: the shares of twelve structures, age, nWBV, eTIV and sex, as pretraining reads them out. It is
short because few participants have labels."""


@dataclass(frozen=True, eq=False)
class BranchOutput:
    """Output of a branch: vector (B, VECTOR), logits (B, 2), attention (B, N) over slices."""

    vector: Tensor
    logits: Tensor
    attention: Tensor


class SlicePooling(nn.Module):
    """Pool the mean of each slice's last maps into a vector and logits.

    Attributes:
        project: reads anatomy out of a slice's features, in standard units; learned in pretraining.
        head: learned from labels.
    """

    def __init__(self, features: int):
        super().__init__()
        self.project = nn.Linear(features, VECTOR)
        self.attention = GatedAttention(VECTOR, hidden=8)
        self.head = nn.Linear(VECTOR, 2)

    def forward(self, means: Tensor) -> BranchOutput:
        """Pool (B, N, C), the spatial means of last maps."""
        vector, weights = self.attention(self.project(means))
        return BranchOutput(vector, self.head(vector), weights)


class ImageBranch(nn.Module):
    """VGG16 or ResNet50 on slices, pooled over space by the mean and over slices by attention."""

    def __init__(self, branch: Branch):
        super().__init__()
        self.backbone = Backbone(branch)
        self.pooling = SlicePooling(FEATURES[branch])
