import numpy as np
import pytest

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.slices_only import explain_planes, usual_parts
from adcore.predict import Predictor
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.prepare.slices import PlaneConfig, plane_points
from tests.support.untrained import TINY_PLANES, untrained_card, untrained_network

PLANES = np.random.default_rng(0).uniform(0, 1.2, (2, TINY_PLANES.size, TINY_PLANES.size)).astype(np.float32)


def test_maps_keep_the_raw_scale_of_the_card() -> None:
    explanation = explain_planes(PLANES, TINY_PLANES, Predictor(untrained_card(TINY_PLANES), untrained_network()))
    assert explanation.display_maximum == dict.fromkeys(IMAGE_BRANCHES, 0.5)
    for branch in IMAGE_BRANCHES:
        assert len(explanation.maps[branch]) == len(PLANES)
        assert explanation.maps[branch].min() >= 0
        assert sum(region.share for region in explanation.regions[branch]) == pytest.approx(1)


def test_planes_of_another_configuration_are_refused() -> None:
    predictor = Predictor(untrained_card(PlaneConfig()), untrained_network())
    with pytest.raises(PreparationMismatchError, match="configuration"):
        explain_planes(PLANES, TINY_PLANES, predictor)


@pytest.mark.parametrize(("side", "sign"), [(Side.LEFT, -1), (Side.RIGHT, 1)])
def test_the_usual_hippocampus_lies_low_on_its_own_side(side: Side, sign: int) -> None:
    config = PlaneConfig()
    places = plane_points(config)[usual_parts(config) == label_of("hippocampus", side)]
    x, _, z = places.mean(axis=0)
    assert 18 < sign * x < 34
    assert -25 < z < 0


def test_a_cohort_of_single_planes_is_read_at_its_own_place() -> None:
    predictor = Predictor(untrained_card(TINY_PLANES), untrained_network())
    explanation = explain_planes(PLANES[1:], TINY_PLANES, predictor, TINY_PLANES.t88_slices[1:])
    assert explanation.y_mm == TINY_PLANES.y_mm[1:]
    assert sum(region.share for region in explanation.regions[Branch.VGG16]) == pytest.approx(1)


def test_the_clinical_branch_has_no_map() -> None:
    explanation = explain_planes(PLANES, TINY_PLANES, Predictor(untrained_card(TINY_PLANES), untrained_network()))
    assert Branch.CLINICAL not in explanation.maps
