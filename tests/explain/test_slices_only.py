import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.explanation import SaliencyMethod
from adcore.explain.slices_only import explain_slices, usual_structures
from adcore.model.card import PlantedTruth, ReferenceMapsCard
from adcore.networks.reference_maps import ReferenceMaps, projected
from adcore.predict import Predictor
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.prepare.slices import SliceConfig, slice_points
from tests.support.untrained import TINY_SLICES, untrained_card, untrained_network

SLICES = np.random.default_rng(0).uniform(0, 1.2, (2, TINY_SLICES.size, TINY_SLICES.size)).astype(np.float32)


@pytest.mark.slow
def test_maps_keep_the_raw_scale_of_the_card() -> None:
    explanation = explain_slices(SLICES, TINY_SLICES, Predictor(untrained_card(TINY_SLICES), untrained_network()))
    assert explanation.display_maximum == dict.fromkeys(IMAGE_BRANCHES, 0.5)
    for branch in IMAGE_BRANCHES:
        assert len(explanation.maps[branch]) == len(SLICES)
        assert explanation.maps[branch].min() >= 0
        assert sum(region.share for region in explanation.regions[branch]) == pytest.approx(1)


def test_slices_of_another_configuration_are_refused() -> None:
    predictor = Predictor(untrained_card(SliceConfig()), untrained_network())
    with pytest.raises(PreparationMismatchError, match="configuration"):
        explain_slices(SLICES, TINY_SLICES, predictor)


@pytest.mark.parametrize(("side", "sign"), [(Side.LEFT, -1), (Side.RIGHT, 1)])
def test_the_usual_hippocampus_lies_low_on_its_own_side(side: Side, sign: int) -> None:
    config = SliceConfig()
    places = slice_points(config)[usual_structures(config) == label_of("hippocampus", side)]
    x, _, z = places.mean(axis=0)
    assert 18 < sign * x < 34
    assert -25 < z < 0


def test_a_cohort_of_single_slices_is_read_at_its_own_place() -> None:
    predictor = Predictor(untrained_card(TINY_SLICES), untrained_network())
    explanation = explain_slices(SLICES[1:], TINY_SLICES, predictor, TINY_SLICES.t88_slices[1:])
    assert explanation.y_mm == TINY_SLICES.y_mm[1:]
    assert sum(region.share for region in explanation.regions[Branch.VGG16]) == pytest.approx(1)


def test_the_clinical_branch_has_no_map() -> None:
    explanation = explain_slices(SLICES, TINY_SLICES, Predictor(untrained_card(TINY_SLICES), untrained_network()))
    assert Branch.CLINICAL not in explanation.maps


def test_a_model_whose_maps_were_tested_shows_them_relative_to_unimpaired_participants() -> None:
    network = untrained_network()
    with torch.inference_mode():
        seen = network.read(torch.zeros(SLICES.shape), TINY_SLICES.y_mm).maps
        maps = {branch: projected(network.image_branch(branch), seen[branch]).clone() for branch in IMAGE_BRANCHES}
    planted = {"resnet50": PlantedTruth(heads=5, cases=20, found=20, origin="tests")}
    relative = ReferenceMapsCard(
        sha256="0" * 64, participants=3, maximum={"vgg16": 0.2, "resnet50": 0.3}, origin="tests", planted=planted
    )
    card = untrained_card(TINY_SLICES).model_copy(update={"reference_maps": relative})
    predictor = Predictor(card, network, reference_maps=ReferenceMaps(maps, torch.zeros(SLICES.shape)))
    explanation = explain_slices(SLICES, TINY_SLICES, predictor)
    assert explanation.method is SaliencyMethod.RELATIVE
    assert explanation.maps[Branch.RESNET50].min() < 0 < explanation.maps[Branch.RESNET50].max()
    assert explanation.display_maximum[Branch.RESNET50] == 0.3
    one = explain_slices(SLICES[1:], TINY_SLICES, predictor, TINY_SLICES.t88_slices[1:])
    assert one.method is SaliencyMethod.GRADCAM  # the reference has another number of slices
