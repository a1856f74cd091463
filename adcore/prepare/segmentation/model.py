"""The shipped structure network: its weights, verified against the model card."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from pydantic import Field

from adcore.model.bounds import Sha256
from adcore.model.card import Card, MetricInterval
from adcore.model.known_case import check_known_case
from adcore.model.seal import check_tables
from adcore.model.shipped import SHIPPED_MODELS
from adcore.model.weights import load_weights
from adcore.prepare.segmentation.network import StructureNetwork
from adcore.prepare.segmentation.structures import STRUCTURES

WEIGHTS_FILE = "structures.safetensors"

BLOCK = 16
"""Edge of the known case's block in voxels, divisible by eight."""


class StructuresCard(Card):
    """The card of a structure network.

    Attributes:
        weights: sha256 of each weights file, by file name.
        data: source, terms, and the participants trained on and held out, by IXI number.
        dice: by condition ("as scanned", "5 mm slices", ...), then structure: mean over held-out participants, with its interval.
        volume_ratios: the same for the volume found / labelled; without those of earlier versions.
        foreign: as dice, for whole-head scans from other sources, by name of the scan, without interval.
    """

    method: dict[str, Any]
    data: dict[str, Any]
    weights: dict[str, Sha256]
    dice: dict[str, dict[str, MetricInterval]]
    dice_origin: str
    volume_ratios: dict[str, dict[str, MetricInterval]] = Field(default_factory=dict)
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
    check_tables(folder, card.tables)
    network = load_structure_network(folder, card)
    check_known_case(folder, card.known_case, known_answers(network))
    return StructureModel(card, network)


def load_structure_network(folder: Path, card: StructuresCard) -> StructureNetwork:
    """The network of a model folder.

    Raises:
        ModelError: the weights are missing, or not those of the card.
    """
    network = StructureNetwork()
    load_weights(network, folder / WEIGHTS_FILE, card.weights.get(WEIGHTS_FILE, ""))
    return network.eval().requires_grad_(False)


@torch.inference_mode()
def known_answers(network: StructureNetwork) -> dict[str, float]:
    """Mean log-odds of each class in a made-up block of waves, by which a loaded network is tried against its card."""
    places = torch.stack(torch.meshgrid(*[torch.linspace(-0.3, 0.3, BLOCK)] * 3, indexing="ij"))[None]
    block = 0.8 + 0.4 * torch.cos(9 * places[:, :1]) * torch.cos(7 * places[:, 1:2]) * torch.cos(5 * places[:, 2:])
    means = network.correction(block, places).mean(dim=(0, 2, 3, 4)) + network.log_prior.mean(dim=(1, 2, 3))
    names = ("outside", *(structure.name for structure in STRUCTURES))
    return {name: float(mean) for name, mean in zip(names, means, strict=True)}
