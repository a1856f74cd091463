import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import ModelError
from adcore.explain.explanation import SaliencyMethod
from adcore.explain.maps import default_method, planted_checks, saliency_maps
from adcore.model.card import ModelCard, PlantedTruth, ReferenceMapsCard
from adcore.networks.late_fusion import ScanReading, log_odds_of
from adcore.networks.reference_maps import ReferenceMaps, projected
from adcore.predict import Predictor
from tests.support.untrained import TINY_SLICES, untrained_card, untrained_network

SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)


def card(**found: int) -> ModelCard:
    """A card whose reference maps found planted atrophy in so many of 20 scans."""
    planted = {name: PlantedTruth(heads=5, cases=20, found=count, origin="tests") for name, count in found.items()}
    reference = ReferenceMapsCard(
        sha256="0" * 64, participants=3, maximum={"vgg16": 0.2, "resnet50": 0.3}, origin="tests", planted=planted
    )
    return untrained_card(TINY_SLICES).model_copy(update={"reference_maps": reference})


@pytest.fixture(scope="module")
def read() -> tuple[ReferenceMaps, ScanReading]:
    network, random = untrained_network(), np.random.default_rng(0)
    with torch.inference_mode():
        reading, other = (
            network.read(torch.from_numpy(random.uniform(0.1, 1.2, SHAPE).astype(np.float32)), TINY_SLICES.y_mm) for _ in range(2)
        )
        maps = {branch: projected(network.image_branch(branch), other.maps[branch]) for branch in IMAGE_BRANCHES}
    return ReferenceMaps({branch: one.clone() for branch, one in maps.items()}, torch.zeros(SHAPE)), reading


def test_relative_maps_are_the_default_only_where_they_were_tested() -> None:
    assert default_method(untrained_card()) is SaliencyMethod.GRADCAM
    assert default_method(card()) is SaliencyMethod.GRADCAM
    assert default_method(card(vgg16=3, resnet50=20)) is SaliencyMethod.RELATIVE


def test_a_network_that_misses_planted_atrophy_has_no_map_and_says_why(read: tuple[ReferenceMaps, ScanReading]) -> None:
    reference, reading = read
    predictor = Predictor(card(vgg16=17, resnet50=18), untrained_network(), reference_maps=reference)
    found = saliency_maps(predictor, reading)
    assert found.method is SaliencyMethod.RELATIVE
    assert not found.maps[Branch.VGG16].any()
    assert (
        "VGG16: its map was strongest where atrophy had been planted in 17 of 20 scans of 5 healthy heads"
        in (found.withheld[Branch.VGG16])
    )
    assert found.maps[Branch.RESNET50].any()
    assert list(found.withheld) == [Branch.VGG16]
    assert [check.holds for check in planted_checks(predictor.card)] == [False, True]


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_a_relative_map_speaks_for_and_against_and_adds_up(branch: Branch, read: tuple[ReferenceMaps, ScanReading]) -> None:
    reference, reading = read
    network = untrained_network()
    found = saliency_maps(Predictor(card(), network, reference_maps=reference), reading, SaliencyMethod.RELATIVE)
    maps = found.maps[branch]
    assert maps.min() < 0 < maps.max()
    means = reference.maps[branch].mean((2, 3)) + network.image_branch(branch).pooling.project.bias
    with torch.inference_mode():
        vector, _ = network.image_branch(branch).pooling.attention(means.unsqueeze(0))
        usual = log_odds_of(network.image_branch(branch).pooling.head(vector))
        own = log_odds_of(network.image_vectors(reading.features)[1][branch].logits)
    assert maps.sum() == pytest.approx(float(own - usual), rel=1e-2)
    assert found.maximum == {Branch.VGG16: 0.2, Branch.RESNET50: 0.3}


def test_gradcam_stays_selectable_and_positive(read: tuple[ReferenceMaps, ScanReading]) -> None:
    reference, reading = read
    predictor = Predictor(card(vgg16=0, resnet50=20), untrained_network(), reference_maps=reference)
    found = saliency_maps(predictor, reading, SaliencyMethod.GRADCAM)
    assert all(maps.min() >= 0 for maps in found.maps.values())
    assert found.withheld == {}


def test_a_model_without_reference_says_how_to_get_one(read: tuple[ReferenceMaps, ScanReading]) -> None:
    with pytest.raises(ModelError, match="adcore study reference-maps"):
        saliency_maps(Predictor(untrained_card(TINY_SLICES), untrained_network()), read[1], SaliencyMethod.RELATIVE)
