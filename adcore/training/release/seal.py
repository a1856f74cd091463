"""Sealing a model folder again: after its card's text or a table was edited, or for a model from before there were seals."""

from pathlib import Path

from adcore.model.card import Card, ModelCard, NamedCard
from adcore.model.seal import read_document
from adcore.networks.known_case import known_answers as fusion_answers
from adcore.networks.late_fusion import load_network
from adcore.predict import load_training_distance
from adcore.prepare.segmentation import model as segmentation
from adcore.prepare.segmentation.model import StructuresCard


def seal_folder(folder: Path) -> Card:
    """Renew the seal and the known case of a model folder, whatever kind of model it holds.

    Raises:
        ModelError: the card is not valid or out of its bounds, or the weights are not those that it names.
    """
    card = NamedCard.of(folder, read_document(folder))
    return seal_structures(folder) if segmentation.WEIGHTS_FILE in card.weights else seal_model(folder)


def seal_model(folder: Path) -> ModelCard:
    """The same for a model of impairment.

    Raises:
        ModelError: as seal_folder.
    """
    card = ModelCard.of(folder, read_document(folder))
    network = load_network(folder, card.weights, card.structures, card.measures)
    known = fusion_answers(network, card.calibrations, load_training_distance(folder, card))
    card.model_copy(update={"known_case": known}).write(folder)
    return ModelCard.read(folder)


def seal_structures(folder: Path) -> StructuresCard:
    """The same for a structure network.

    Raises:
        ModelError: as seal_folder.
    """
    card = StructuresCard.of(folder, read_document(folder))
    known = segmentation.known_answers(segmentation.load_structure_network(folder, card))
    card.model_copy(update={"known_case": known}).write(folder)
    return StructuresCard.read(folder)
