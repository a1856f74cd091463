import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.deletion import log_odds_of_slices
from adcore.networks.late_fusion import log_odds_of
from adcore.networks.reference_maps import ReferenceMaps, projected
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.studies.saliency_methods import METHODS, Case
from tests.support.untrained import TINY_SLICES, untrained_network

SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)


@pytest.fixture(scope="module")
def case() -> Case:
    network = untrained_network()
    random = np.random.default_rng(0)
    slices, usual = (random.uniform(0.1, 1.2, SHAPE).astype(np.float32) for _ in range(2))
    structures = np.zeros(SHAPE, np.uint8)
    structures[:, 8:16, 4:12] = label_of("hippocampus", Side.LEFT)
    structures[:, 20:28, 4:28] = label_of("white matter", Side.RIGHT)
    with torch.inference_mode():
        reading, other = (network.read(torch.from_numpy(one), TINY_SLICES.y_mm) for one in (slices, usual))
        maps = {branch: projected(network.image_branch(branch), other.maps[branch]) for branch in IMAGE_BRANCHES}
    reference = ReferenceMaps({branch: one.clone() for branch, one in maps.items()}, torch.from_numpy(usual))
    return Case(network, reference, slices, TINY_SLICES.y_mm, structures, reading)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_a_map_for_each_slice_that_is_not_empty(method: str, case: Case) -> None:
    for branch in IMAGE_BRANCHES:
        found = METHODS[method](case, branch)
        assert found.dtype == np.float32
        assert len(found) == SHAPE[0]
        assert np.isfinite(found).all()
        assert np.abs(found).max() > 0


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_hirescam_equals_gradcam_where_a_spatial_mean_follows(branch: Branch, case: Case) -> None:
    """Draelos 2021: the gradient is the same in every cell."""
    np.testing.assert_allclose(METHODS["HiResCAM"](case, branch), METHODS["Grad-CAM"](case, branch), atol=1e-7)


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_log_odds_of_the_cases_own_slices_are_those_of_the_reading(branch: Branch, case: Case) -> None:
    pooled = case.network.image_vectors(case.reading.features)[1][branch]
    with torch.inference_mode():
        again = log_odds_of_slices(case.network, branch, torch.from_numpy(case.slices), case.y_mm)
    assert float(again) == pytest.approx(float(log_odds_of(pooled.logits[0])), abs=1e-5)


def test_occlusion_spreads_the_fall_over_the_structure(case: Case) -> None:
    found = METHODS["occlusion by structure"](case, Branch.RESNET50)
    here = case.structures == label_of("hippocampus", Side.LEFT)
    with torch.inference_mode():
        slices = torch.from_numpy(np.where(here, case.reference.slices.numpy(), case.slices))
        whole = float(log_odds_of_slices(case.network, Branch.RESNET50, torch.from_numpy(case.slices), case.y_mm))
        fall = whole - float(log_odds_of_slices(case.network, Branch.RESNET50, slices, case.y_mm))
    assert found[here].sum() == pytest.approx(fall, rel=1e-3)
    assert not found[case.structures == 0].any()
