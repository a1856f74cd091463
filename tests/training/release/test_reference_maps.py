import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import CohortError
from adcore.explain.relative import relative_map
from adcore.model.card import ModelCard
from adcore.networks.late_fusion import load_network
from adcore.predict import load_predictor
from adcore.training.release.reference_maps import add_reference_maps
from tests.support.untrained import synthetic_cohort, write_untrained_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_untrained_model(tmp_path_factory.mktemp("model"))


@pytest.mark.slow
def test_the_reference_is_the_unimpaireds_mean_and_named_on_the_card(model: Path) -> None:
    cohort = synthetic_cohort(labelled=6, others=2)
    card = add_reference_maps(model, cohort).reference_maps
    assert card is not None
    assert card == ModelCard.read(model).reference_maps
    assert card.participants == 3
    assert all(value > 0 for value in card.maximum.values())
    predictor = load_predictor(model)
    assert predictor.reference_maps is not None
    unimpaired = cohort.labelled().rows(~cohort.labelled().impaired)
    np.testing.assert_allclose(predictor.reference_maps.slices, unimpaired.slices.mean(axis=0), atol=2e-3)
    network = load_network(model, ModelCard.read(model).weights)
    sums = np.zeros(2)
    with torch.inference_mode():
        readings = [network.read(torch.from_numpy(slices), cohort.y_mm) for slices in unimpaired.slices]
    for reading in readings:
        for place, branch in enumerate(IMAGE_BRANCHES):
            reference = predictor.reference_maps.maps[branch]
            sums[place] += relative_map(network.image_branch(branch), reading.maps[branch], reference, steps=0).mean()
    assert np.abs(sums).max() < 1e-3  # those who were averaged lie around their mean


def test_without_unimpaired_participants_there_is_a_sentence(model: Path, tmp_path: Path) -> None:
    cohort = synthetic_cohort(labelled=2, others=1)
    cohort.table["cdr"] = cohort.table["cdr"].where(cohort.table["cdr"].isna(), 0.5)
    with pytest.raises(CohortError, match="unimpaired"):
        add_reference_maps(shutil.copytree(model, tmp_path / "model"), cohort)
