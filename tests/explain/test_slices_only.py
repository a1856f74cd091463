import numpy as np
import pytest

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.slices_only import explain_slices, usual_structures
from adcore.predict import Predictor
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.prepare.slices import SliceConfig, slice_points
from tests.support.untrained import TINY_SLICES, untrained_card, untrained_network

SLICES = np.random.default_rng(0).uniform(0, 1.2, (2, TINY_SLICES.size, TINY_SLICES.size)).astype(np.float32)


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
