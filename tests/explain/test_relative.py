import numpy as np
import pytest
import torch
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.relative import relative_map
from adcore.networks.late_fusion import log_odds_of
from adcore.networks.reference_maps import projected
from tests.support.untrained import untrained_network

NETWORK = untrained_network()


def last_maps(branch: Branch, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(3, NETWORK.image_branch(branch).pooling.project.in_features, 7, 7, generator=generator)


def log_odds(branch: Branch, maps: Tensor) -> float:
    with torch.inference_mode():
        return float(log_odds_of(NETWORK.image_branch(branch).pooling(maps.mean((2, 3)).unsqueeze(0)).logits[0]))


def reference(branch: Branch) -> Tensor:
    return projected(NETWORK.image_branch(branch), last_maps(branch, seed=1))


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_a_map_adds_up_to_the_difference_from_the_reference(branch: Branch) -> None:
    maps = last_maps(branch, seed=0)
    found = relative_map(NETWORK.image_branch(branch), maps, reference(branch))
    difference = log_odds(branch, maps) - log_odds(branch, last_maps(branch, seed=1))
    assert abs(difference) > 1e-4
    assert found.sum() == pytest.approx(difference, rel=1e-3)


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_reference_itself_has_an_empty_map(branch: Branch) -> None:
    found = relative_map(NETWORK.image_branch(branch), last_maps(branch, seed=1), reference(branch))
    assert np.abs(found).max() < 1e-7


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_only_the_cells_that_differ_from_the_reference_count(branch: Branch) -> None:
    maps = last_maps(branch, seed=1)
    maps[:, :, 4, 2] += last_maps(branch, seed=2)[:, :, 4, 2]
    found = relative_map(NETWORK.image_branch(branch), maps, reference(branch))
    elsewhere = np.ones((7, 7), bool)
    elsewhere[4, 2] = False
    assert np.abs(found[:, ~elsewhere]).max() > 1e-5
    assert np.abs(found[:, elsewhere]).max() < 1e-7


def test_a_map_is_signed() -> None:
    branch = Branch.RESNET50
    there = relative_map(NETWORK.image_branch(branch), last_maps(branch, 0), reference(branch)).sum()
    back = relative_map(
        NETWORK.image_branch(branch), last_maps(branch, 1), projected(NETWORK.image_branch(branch), last_maps(branch, 0))
    ).sum()
    assert back == pytest.approx(-there, rel=1e-3)


def test_without_steps_the_gradient_is_grad_cams() -> None:
    """At the patient alone: the part of the difference that Grad-CAM's own weights see."""
    branch = NETWORK.image_branch(Branch.VGG16)
    maps = last_maps(Branch.VGG16, 0)
    means = maps.mean((2, 3)).requires_grad_(True)
    (gradient,) = torch.autograd.grad(log_odds_of(branch.pooling(means.unsqueeze(0)).logits[0]), means)
    expected = torch.einsum("nc,nchw->nhw", gradient / 49, maps - last_maps(Branch.VGG16, 1))
    found = relative_map(branch, maps, reference(Branch.VGG16), steps=0)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-6 * float(expected.abs().max()) + 1e-8)
