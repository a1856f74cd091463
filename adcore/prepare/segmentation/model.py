"""The structure network that ships: its weights, checked against their card."""

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
        weights: sha256 of each weights file by file name.
        data: source, terms, people trained on and held out, by number of IXI.
        dice: by condition ("as scanned", "5 mm slices", ...), then part: mean over the people held out, with its interval.
        foreign: the same for whole heads from elsewhere, by name of the head; no interval.
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
    """The network with its card; never changed once loaded."""

    card: StructuresCard
    network: StructureNetwork

    @property
    def weights_sha256(self) -> str:
        """Of the weights file."""
        return self.card.weights[WEIGHTS_FILE]


@lru_cache(maxsize=1)
def load_structures(folder: Path = SHIPPED_MODELS / "structures") -> StructureModel:
    """Load the structure network, once a process.

    Raises:
        ModelError: missing or damaged.
    """
    card = StructuresCard.read(folder)
    network = StructureNetwork()
    load_weights(network, folder / WEIGHTS_FILE, card.weights.get(WEIGHTS_FILE, ""))
    return StructureModel(card, network.eval().requires_grad_(False))
