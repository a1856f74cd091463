"""Gated attention: pools a participant's slices into one vector and gives the weight of each slice."""

import torch
from torch import Tensor, nn


class GatedAttention(nn.Module):
    """Attention-based pooling with a gate (Ilse, Tomczak and Welling 2018, ICML, eq. 9)."""

    def __init__(self, features: int, hidden: int = 32):
        super().__init__()
        self.value = nn.Linear(features, hidden)
        self.gate = nn.Linear(features, hidden)
        self.score = nn.Linear(hidden, 1)

    def forward(self, slices: Tensor) -> tuple[Tensor, Tensor]:
        """Pool slices.

        Args:
            slices: features (B, N, F).
        Returns:
            vector (B, F) and weights (B, N), which sum to 1.
        """
        scores = self.score(torch.tanh(self.value(slices)) * torch.sigmoid(self.gate(slices))).squeeze(-1)
        weights = torch.softmax(scores, dim=1)
        return torch.einsum("bn,bnf->bf", weights, slices), weights
