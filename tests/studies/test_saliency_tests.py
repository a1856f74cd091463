"""The tests of saliency methods, on networks without training and two methods."""

from pathlib import Path

import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ModelError
from adcore.networks.reference_maps import ReferenceMaps, projected
from adcore.predict import Predictor
from adcore.prepare.slices import SliceConfig
from adcore.studies import saliency_tests
from adcore.studies.saliency_methods import INTEGRATED, METHODS
from adcore.studies.saliency_tests import CENTRAL, RANDOM, drawn, measure_saliency
from tests.support.untrained import synthetic_cohort, untrained_card, untrained_network

ONE_SLICE = SliceConfig(t88_slices=(92,))


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    network = untrained_network()
    usual = torch.rand(1, ONE_SLICE.size, ONE_SLICE.size, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        maps = network.read(usual, ONE_SLICE.y_mm).maps
        seen = {branch: projected(network.image_branch(branch), maps[branch]) for branch in IMAGE_BRANCHES}
    reference = ReferenceMaps({branch: one.clone() for branch, one in seen.items()}, usual)
    return Predictor(untrained_card(ONE_SLICE), network, reference_maps=reference)


def test_half_of_those_drawn_are_impaired_and_a_larger_draw_holds_the_smaller() -> None:
    impaired = np.arange(40) % 3 == 0
    few, many = drawn(impaired, 6, seed=1), drawn(impaired, 10, seed=1)
    assert impaired[few].sum() == 3
    assert set(few) < set(many)


@pytest.mark.slow
def test_every_method_and_every_choice_of_cells_is_tried_on_everybody_once(
    predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saliency_tests, "METHODS", {INTEGRATED: METHODS[INTEGRATED]})
    monkeypatch.setattr(saliency_tests, "RANDOM_DRAWS", 1)
    cohort = synthetic_cohort(labelled=4, others=0, slices=ONE_SLICE)
    tests, cells = measure_saliency(cohort, predictor, tmp_path, participants=2, seed=0)
    assert len(cells) == 2 * len(IMAGE_BRANCHES)
    assert tests.groupby("method").size().to_dict() == {INTEGRATED: 4, RANDOM: 4, CENTRAL: 4}
    assert np.isfinite(tests[["deletion", "insertion"]].to_numpy()).all()
    monkeypatch.setattr(saliency_tests, "read_features", None)  # a second run has nothing left to do
    again, _ = measure_saliency(cohort, predictor, tmp_path, participants=2, seed=0)
    assert len(again) == len(tests)


def test_a_model_without_reference_maps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no reference maps"):
        measure_saliency(synthetic_cohort(), Predictor(untrained_card(), untrained_network()), tmp_path, 2, 0)
