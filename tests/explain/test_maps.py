from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import ModelError
from adcore.explain.explanation import Quality, SaliencyMethod
from adcore.explain.maps import available_methods, default_method, methods_that_show, planted_checks, saliency_maps
from adcore.model.card import ModelCard, PlantedTruth, ReferenceMapsCard, SaliencyCard
from adcore.networks.late_fusion import ScanReading, log_odds_of
from adcore.networks.reference_maps import ReferenceMaps, projected
from adcore.predict import Predictor
from tests.support.untrained import TINY_SLICES, untrained_card, untrained_network

SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)


MAXIMUM = {"vgg16": 0.2, "resnet50": 0.3}


def planted_in(left: int, **found: int) -> dict[str, PlantedTruth]:
    """Found in so many of 20 scans, on the right side in so many of 10."""
    return {
        name: PlantedTruth(heads=5, cases=20, found=count, sided=10, left=left, origin="tests") for name, count in found.items()
    }


def card(**found: int) -> ModelCard:
    """A card whose relative maps found planted atrophy in so many of 20 scans, and whose input gradients found it in all."""
    gradients = SaliencyCard(maximum=MAXIMUM, origin="tests", planted=planted_in(6, vgg16=20, resnet50=20))
    reference = ReferenceMapsCard(
        sha256="0" * 64, participants=3, maximum=MAXIMUM, origin="tests", planted=planted_in(10, **found), gradients=gradients
    )
    return untrained_card(TINY_SLICES).model_copy(update={"reference_maps": reference})


@dataclass(frozen=True, eq=False)
class Read:
    """Slices as a network reads them, and what their maps are relative to."""

    slices: NDArray[np.float32]
    reading: ScanReading
    reference: ReferenceMaps


@pytest.fixture(scope="module")
def read() -> Read:
    network, random = untrained_network(), np.random.default_rng(0)
    slices, usual = (random.uniform(0.1, 1.2, SHAPE).astype(np.float32) for _ in range(2))
    with torch.inference_mode():
        reading, other = (network.read(torch.from_numpy(one), TINY_SLICES.y_mm) for one in (slices, usual))
        maps = {branch: projected(network.image_branch(branch), other.maps[branch]) for branch in IMAGE_BRANCHES}
    reference = ReferenceMaps({branch: one.clone() for branch, one in maps.items()}, torch.from_numpy(usual))
    return Read(slices, reading, reference)


def test_relative_maps_are_the_default_only_where_they_were_tested() -> None:
    assert default_method(untrained_card()) is SaliencyMethod.GRADCAM
    assert default_method(card()) is SaliencyMethod.GRADCAM
    assert default_method(card(vgg16=3, resnet50=20)) is SaliencyMethod.RELATIVE


def test_a_network_that_misses_planted_atrophy_has_no_map_and_says_why(read: Read) -> None:
    predictor = Predictor(card(vgg16=17, resnet50=18), untrained_network(), reference_maps=read.reference)
    found = saliency_maps(predictor, read.slices, read.reading)
    assert found.method is SaliencyMethod.RELATIVE
    assert not found.maps[Branch.VGG16].any()
    assert (
        "VGG16: its map was strongest where atrophy had been planted in 17 of 20 scans of 5 healthy heads"
        in (found.withheld[Branch.VGG16])
    )
    assert found.maps[Branch.RESNET50].any()
    assert list(found.withheld) == [Branch.VGG16]
    checks = planted_checks(predictor.card, found.method)
    assert [(check.branch, check.name, check.holds) for check in checks] == [
        ("vgg16", "planted atrophy found", False),
        ("resnet50", "planted atrophy found", True),
        ("resnet50", "planted side found", True),
    ]


def test_a_map_that_does_not_tell_the_side_says_so_beside_its_sides() -> None:
    shipped = card(vgg16=17, resnet50=18)
    relative, gradients = (
        Quality(planted_checks(shipped, method)) for method in (SaliencyMethod.RELATIVE, SaliencyMethod.GRADIENTS)
    )
    assert relative.untold_side(Branch.RESNET50) is None
    assert "in 6 of 10 scans; do not compare its left with its right" in (gradients.untold_side(Branch.VGG16) or "")


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_a_relative_map_speaks_for_and_against_and_adds_up(branch: Branch, read: Read) -> None:
    network = untrained_network()
    found = saliency_maps(
        Predictor(card(), network, reference_maps=read.reference), read.slices, read.reading, SaliencyMethod.RELATIVE
    )
    maps = found.maps[branch]
    assert maps.min() < 0 < maps.max()
    means = read.reference.maps[branch].mean((2, 3)) + network.image_branch(branch).pooling.project.bias
    with torch.inference_mode():
        vector, _ = network.image_branch(branch).pooling.attention(means.unsqueeze(0))
        usual = log_odds_of(network.image_branch(branch).pooling.head(vector))
        own = log_odds_of(network.image_vectors(read.reading.features)[1][branch].logits)
    assert maps.sum() == pytest.approx(float(own - usual), rel=1e-2)
    assert found.maximum == {Branch.VGG16: 0.2, Branch.RESNET50: 0.3}


def test_gradcam_stays_selectable_and_positive(read: Read) -> None:
    predictor = Predictor(card(vgg16=0, resnet50=20), untrained_network(), reference_maps=read.reference)
    found = saliency_maps(predictor, read.slices, read.reading, SaliencyMethod.GRADCAM)
    assert all(maps.min() >= 0 for maps in found.maps.values())
    assert found.withheld == {}


def test_a_model_without_reference_says_how_to_get_one(read: Read) -> None:
    with pytest.raises(ModelError, match="adcore study reference-maps"):
        saliency_maps(
            Predictor(untrained_card(TINY_SLICES), untrained_network()), read.slices, read.reading, SaliencyMethod.RELATIVE
        )


def test_input_gradients_stand_on_their_own_test_and_do_not_tell_the_side_where_they_failed_it(read: Read) -> None:
    predictor = Predictor(card(vgg16=0, resnet50=20), untrained_network(), reference_maps=read.reference)
    found = saliency_maps(predictor, read.slices, read.reading, SaliencyMethod.GRADIENTS)
    assert found.withheld == {}
    assert all(
        maps.shape == read.reading.maps[branch].shape[:1] + read.reading.maps[branch].shape[2:]
        for branch, maps in found.maps.items()
    )
    checks = planted_checks(predictor.card, found.method)
    assert [check.holds for check in checks] == [True, False, True, False]
    assert "in 6 of 10 scans; do not compare its left with its right" in checks[1].sentence


def test_a_reader_is_led_to_the_method_that_passed() -> None:
    both = card(vgg16=17, resnet50=20)
    assert methods_that_show(both, Branch.VGG16) == (SaliencyMethod.GRADIENTS,)
    assert methods_that_show(both, Branch.RESNET50) == (SaliencyMethod.RELATIVE, SaliencyMethod.GRADIENTS)
    assert available_methods(both) == tuple(SaliencyMethod)
    assert available_methods(untrained_card()) == (SaliencyMethod.GRADCAM,)
    assert methods_that_show(untrained_card(), Branch.VGG16) == ()


def test_a_card_without_input_gradients_refuses_them(read: Read) -> None:
    bare = card(vgg16=20)
    reference = bare.reference_maps.model_copy(update={"gradients": None})
    predictor = Predictor(
        bare.model_copy(update={"reference_maps": reference}), untrained_network(), reference_maps=read.reference
    )
    with pytest.raises(ModelError, match="no reference for maps by input gradients"):
        saliency_maps(predictor, read.slices, read.reading, SaliencyMethod.GRADIENTS)
