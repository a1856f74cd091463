"""Saliency maps of one scan by the chosen method, and why a network's map is withheld.

A signed map is shown only where its method has passed a test with a known truth: atrophy that was planted into real heads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import ModelError
from adcore.explain.deletion import in_cells
from adcore.explain.explanation import QualityCheck, SaliencyMethod
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.input_gradients import input_gradients
from adcore.explain.relative import relative_map
from adcore.model.card import ModelCard, SaliencyCard
from adcore.predict import Predictor, ScanReading
from adcore.words import percent

PLANTED_LIMIT = 0.9
"""Lowest share of scans in which a map is strongest where atrophy was planted; chosen before it was measured."""


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


def available_methods(card: ModelCard) -> tuple[SaliencyMethod, ...]:
    """Methods that a model has what they need for."""
    return tuple(one for one in SaliencyMethod if one is SaliencyMethod.GRADCAM or _measured(card, one) is not None)


def methods_that_show(card: ModelCard, branch: Branch) -> tuple[SaliencyMethod, ...]:
    """Methods whose map of a branch passed the test with planted atrophy."""
    places = {one: _places(card, one).get(branch) for one in SaliencyMethod}
    return tuple(one for one, place in places.items() if place and place.holds)


def saliency_maps(
    predictor: Predictor, slices: NDArray[np.float32], reading: ScanReading, method: SaliencyMethod | None = None
) -> SaliencyMaps:
    """Both networks' maps.

    Args:
        slices: float32 (N, H, W), as the networks read them.
        reading: of these slices.
        method: the model's default where None.
    Raises:
        ModelError: the model has no reference for the method.
    """
    card, network = predictor.card, predictor.network
    method = method or default_method(card)
    if method is SaliencyMethod.GRADCAM:
        maps = {branch: raw_gradcam(network.image_branch(branch), reading.maps[branch]) for branch in IMAGE_BRANCHES}
        return SaliencyMaps(method, maps, {branch: card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES}, {})
    reference, measured = predictor.reference_maps, _measured(card, method)
    if reference is None or measured is None:
        raise ModelError(
            f"The model '{card.name}' has no reference for maps by {method.label}. Choose gradcam, or make it with "
            "adcore study reference-maps."
        )
    withheld = {branch: place.sentence for branch, place in _places(card, method).items() if not place.holds}
    maps = {}
    for branch in IMAGE_BRANCHES:
        last = reading.maps[branch]
        if branch in withheld:
            maps[branch] = np.zeros((len(last), *last.shape[2:]), np.float32)
        elif method is SaliencyMethod.RELATIVE:
            maps[branch] = relative_map(network.image_branch(branch), last, reference.maps[branch])
        else:
            y_mm, average = tuple(reading.features.y_mm.tolist()), reference.slices.numpy()
            maps[branch] = in_cells(input_gradients(network, branch, slices, average, y_mm), last.shape[-1])
    maximum = {branch: measured.maximum[branch.value] for branch in IMAGE_BRANCHES}
    return SaliencyMaps(method, maps, maximum, withheld)


def planted_checks(card: ModelCard, method: SaliencyMethod) -> tuple[QualityCheck, ...]:
    """For each network, whether the method's maps find planted atrophy often enough to be shown, and whether they tell its side.

    None where that was not measured; no side of a map that is not shown.
    """
    measured = _measured(card, method)
    if measured is None:
        return ()
    checks = []
    for branch in IMAGE_BRANCHES:
        planted = measured.planted.get(branch.value)
        if planted is None:
            continue
        holds = planted.share >= PLANTED_LIMIT
        sentence = (
            f"{branch.label}: its map was strongest where atrophy had been planted in {planted.found} of {planted.cases} "
            f"scans of {planted.heads} healthy heads; a map is shown from {percent(PLANTED_LIMIT)} on."
        )
        checks.append(QualityCheck("planted atrophy found", branch.value, planted.share, PLANTED_LIMIT, holds, sentence))
        if holds and planted.sided:
            share = planted.left / planted.sided
            sided = share >= PLANTED_LIMIT
            sentence = (
                f"{branch.label}: with the left side alone planted, its map was strongest on the left in {planted.left} of "
                f"{planted.sided} scans" + ("." if sided else "; do not compare its left with its right.")
            )
            checks.append(QualityCheck("planted side found", branch.value, share, PLANTED_LIMIT, sided, sentence))
    return tuple(checks)


def _measured(card: ModelCard, method: SaliencyMethod) -> SaliencyCard | None:
    reference = card.reference_maps
    if reference is None or method is SaliencyMethod.GRADCAM:
        return None
    return reference.gradients if method is SaliencyMethod.GRADIENTS else reference


def _places(card: ModelCard, method: SaliencyMethod) -> dict[Branch, QualityCheck]:
    """The check of each branch that decides whether its map is shown; none where that was not measured."""
    checks = [check for check in planted_checks(card, method) if check.name == "planted atrophy found"]
    return {branch: check for branch in IMAGE_BRANCHES for check in checks if check.branch == branch.value}
