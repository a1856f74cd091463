"""The structures' branch: a logistic regression on three shares of the slices, which a reader can follow by hand."""

from typing import Self

import torch
from torch import Tensor, nn

from adcore.errors import ModelError
from adcore.model.card_schema import StructuresBranchCard
from adcore.networks.slice_segmentation import SLICE_STRUCTURES

READ = ("hippocampus", "inferior horn", "parahippocampal gyrus")
"""Structures whose shares of the slices it reads."""

_COLUMNS = [SLICE_STRUCTURES.index(name) for name in READ]


class StructuresBranch(nn.Module):
    """Log-odds that are linear in the standardised shares of READ. Its few numbers stand on the card, not in a weights file.

    Attributes:
        weight, bias: (2, len(READ)) and (2,), as of a head whose two logits differ by the log-odds.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor):
        super().__init__()
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("bias", bias, persistent=False)

    def forward(self, shares: Tensor) -> Tensor:
        """Logits (B, 2) of shares (B, len(SLICE_STRUCTURES)), standardised as StructureShares does."""
        return read_shares(shares) @ self.weight.T + self.bias

    @classmethod
    def of(cls, card: StructuresBranchCard) -> Self:
        """From the numbers on a card.

        Raises:
            ModelError: they are of other structures.
        """
        if tuple(card.coefficients) != READ:
            raise ModelError(
                f"Expected coefficients of {', '.join(READ)} on the model's card, got {', '.join(card.coefficients) or 'none'}. "
                "Restore the model folder."
            )
        half = torch.tensor(list(card.coefficients.values())) / 2
        return cls(torch.stack([-half, half]), torch.tensor([-card.intercept / 2, card.intercept / 2]))

    def card(self) -> StructuresBranchCard:
        """Its numbers, as a card holds them."""
        slopes, (low, high) = (self.weight[1] - self.weight[0]).tolist(), self.bias.tolist()
        return StructuresBranchCard(coefficients=dict(zip(READ, slopes, strict=True)), intercept=high - low)


def read_shares(shares: Tensor) -> Tensor:
    """Those of READ, (..., len(READ)), of the shares of all structures (..., len(SLICE_STRUCTURES))."""
    return shares[..., _COLUMNS]
