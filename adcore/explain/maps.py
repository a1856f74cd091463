"""Saliency maps of one scan by the chosen method, and why a network's map is withheld.

A relative map is shown only where it has passed a test with a known truth: atrophy that was planted into real heads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import ModelError
from adcore.explain.explanation import QualityCheck, SaliencyMethod
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.relative import relative_map
from adcore.model.card import ModelCard
from adcore.predict import Predictor, ScanReading
from adcore.words import percent

PLANTED_LIMIT = 0.9
"""Lowest share of scans in which a relative map is strongest where atrophy was planted; chosen before it was measured."""


@dataclass(frozen=True, eq=False)
class SaliencyMaps:
    """Maps of both networks.

    Attributes:
        maps: float32 (N, h, w) by branch; 0 everywhere where withheld.
        maximum: value of the top colour by branch.
        withheld: why a map is not shown, by branch.
    """

    method: SaliencyMethod
    maps: dict[Branch, NDArray[np.float32]]
    maximum: dict[Branch, float]
    withheld: dict[Branch, str]


def default_method(card: ModelCard) -> SaliencyMethod:
    """Relative maps where the card says how often they found planted atrophy, Grad-CAM otherwise."""
    measured = card.reference_maps is not None and card.reference_maps.planted
    return SaliencyMethod.RELATIVE if measured else SaliencyMethod.GRADCAM


def saliency_maps(predictor: Predictor, reading: ScanReading, method: SaliencyMethod | None = None) -> SaliencyMaps:
    """Both networks' maps.

    Args:
        method: the model's default where None.
    Raises:
        ModelError: relative maps were asked of a model without reference maps.
    """
    card, network = predictor.card, predictor.network
    method = method or default_method(card)
    if method is SaliencyMethod.GRADCAM:
        maps = {branch: raw_gradcam(network.image_branch(branch), reading.maps[branch]) for branch in IMAGE_BRANCHES}
        return SaliencyMaps(method, maps, {branch: card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES}, {})
    reference = predictor.reference_maps
    if reference is None or card.reference_maps is None:
        raise ModelError(
            f"The model '{card.name}' has no reference maps, which relative saliency needs. Choose gradcam, or make them with "
            "adcore study reference-maps."
        )
    sentences = {check.branch: check.sentence for check in planted_checks(card) if not check.holds}
    withheld = {branch: sentences[branch] for branch in IMAGE_BRANCHES if branch in sentences}
    maps = {}
    for branch in IMAGE_BRANCHES:
        found = relative_map(network.image_branch(branch), reading.maps[branch], reference.maps[branch])
        maps[branch] = np.zeros_like(found) if branch in withheld else found
    maximum = {branch: card.reference_maps.maximum[branch.value] for branch in IMAGE_BRANCHES}
    return SaliencyMaps(method, maps, maximum, withheld)


def planted_checks(card: ModelCard) -> tuple[QualityCheck, ...]:
    """For each network, whether its relative maps find planted atrophy often enough to be shown; none where not measured."""
    if card.reference_maps is None:
        return ()
    checks = []
    for branch in IMAGE_BRANCHES:
        planted = card.reference_maps.planted.get(branch.value)
        if planted is not None:
            sentence = (
                f"{branch.label}: its map was strongest where atrophy had been planted in {planted.found} of {planted.cases} "
                f"scans of {planted.heads} healthy heads; a map is shown from {percent(PLANTED_LIMIT)} on."
            )
            holds = planted.share >= PLANTED_LIMIT
            checks.append(QualityCheck("planted atrophy found", branch.value, planted.share, PLANTED_LIMIT, holds, sentence))
    return tuple(checks)
