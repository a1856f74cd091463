"""The shipped structure network: its weights, verified against the model card."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from adcore.model.card import Card, MetricInterval
from adcore.model.shipped import SHIPPED_MODELS
from adcore.model.weights import load_weights
from adcore.prepare.segmentation.network import StructureNetwork

WEIGHTS_FILE = "structures.safetensors"


class StructuresCard(Card):
    """The card of a structure network.

    Attributes:
        weights: sha256 of each weights file, by file name.
        data: source, terms, and the participants trained on and held out, by IXI number.
        dice: by condition ("as scanned", "5 mm slices", ...), then structure: mean over held-out participants, with its interval.
        foreign: the same for whole-head scans from other sources, by name of the scan, without interval.
    """

    method: dict[str, Any]
    data: dict[str, Any]
    weights: dict[str, str]
    dice: dict[str, dict[str, MetricInterval]]
    dice_origin: str
    foreign: dict[str, dict[str, float]]
    foreign_origin: str
    training_config: dict[str, Any]
    limits: list[str]


@dataclass(frozen=True, eq=False)
class StructureModel:
    """The network with its card, immutable once loaded."""

    card: StructuresCard
    network: StructureNetwork

    @property
    def weights_sha256(self) -> str:
        """Digest of the weights file."""
        return self.card.weights[WEIGHTS_FILE]


@lru_cache(maxsize=1)
def load_structures(folder: Path = SHIPPED_MODELS / "structures") -> StructureModel:
    """Load the structure network, once per process.

    Raises:
        ModelError: card or weights are missing or damaged.
    """
    card = StructuresCard.read(folder)
    network = StructureNetwork()
    load_weights(network, folder / WEIGHTS_FILE, card.weights.get(WEIGHTS_FILE, ""))
    return StructureModel(card, network.eval().requires_grad_(False))
