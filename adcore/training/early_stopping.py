"""Early stopping that remembers the best weights."""

import copy
from typing import Any

from torch import nn


class EarlyStopping:
    """Keeps a network's weights at its lowest validation loss."""

    def __init__(self, network: nn.Module, patience: int):
        self.network = network
        self.patience = patience
        self.best = float("inf")
        self.waited = 0
        self._state: dict[str, Any] = copy.deepcopy(network.state_dict())

    def stop_after(self, loss: float) -> bool:
        """Take note of an epoch's validation loss; True once `patience` epochs brought nothing better."""
        if loss < self.best:
            self.best, self.waited = loss, 0
            self._state = copy.deepcopy(self.network.state_dict())
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore_best(self) -> None:
        """Put the best weights back."""
        self.network.load_state_dict(self._state)

    def begin_again(self, patience: int) -> None:
        """Start another phase of training; the best loss so far still counts."""
        self.patience, self.waited = patience, 0
