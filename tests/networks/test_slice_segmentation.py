import pytest
import torch

from adcore.networks.slice_segmentation import (
    FLUID,
    MEDIAL_TEMPORAL,
    PLACES,
    PLACES_MM,
    SLICE_STRUCTURES,
    SliceSegmentationNetwork,
    StructureShares,
)
from adcore.prepare.slices import SliceConfig


@pytest.fixture(scope="module")
def network() -> SliceSegmentationNetwork:
    torch.manual_seed(0)
    return SliceSegmentationNetwork().eval().requires_grad_(False)


def slices(count: int = 2) -> torch.Tensor:
    drawn = torch.rand(count, 1, 24, 32, generator=torch.Generator().manual_seed(0))
    drawn[:, :, :4] = 0
    return drawn


def test_mirroring_a_slice_mirrors_its_picture_and_keeps_its_shares(network: SliceSegmentationNetwork) -> None:
    y_mm = torch.tensor([-30.0, -22.0])
    picture, shares = network.paint(slices(), y_mm)
    mirrored, same = network.paint(slices().flip(-1), y_mm)
    assert torch.allclose(mirrored.flip(-1), picture, atol=1e-5)
    assert torch.allclose(same, shares, atol=1e-5)


def test_outside_the_outline_pictures_are_empty(network: SliceSegmentationNetwork) -> None:
    picture, shares = network.paint(slices(), torch.tensor([-30.0, -22.0]))
    assert (picture[:, :, :4] == 0).all()
    assert torch.equal(picture[:, :1], slices())
    assert torch.allclose(shares.sum(dim=1), torch.full((2,), 20 / 24), atol=1e-5)


def test_the_place_of_a_slice_matters(network: SliceSegmentationNetwork) -> None:
    one, other = (network(slices(), torch.full((2,), y)) for y in (-30.0, -22.0))
    assert not torch.allclose(one, other)


def test_channels_name_structures_that_exist() -> None:
    assert {*MEDIAL_TEMPORAL, *FLUID} <= set(SLICE_STRUCTURES)


def test_the_places_are_those_of_the_networks_slices() -> None:
    y_mm = SliceConfig().y_mm
    assert len(y_mm) == PLACES
    assert (y_mm[0], y_mm[-1]) == pytest.approx(PLACES_MM, abs=0.05)


def test_participants_learned_from_have_deviations_of_mean_0_and_spread_1() -> None:
    y_mm = torch.tensor(SliceConfig().y_mm)
    shares = torch.rand(30, len(y_mm), len(SLICE_STRUCTURES), generator=torch.Generator().manual_seed(0))
    norm = StructureShares()
    norm.learn(shares, y_mm)
    found = norm(shares, y_mm)
    assert torch.allclose(found.mean(dim=0), torch.zeros(len(SLICE_STRUCTURES)), atol=1e-4)
    assert torch.allclose(found.std(dim=0), torch.ones(len(SLICE_STRUCTURES)), atol=1e-4)


def test_a_single_slice_is_compared_with_its_own_place() -> None:
    norm = StructureShares()
    norm.centre.copy_(torch.arange(PLACES).float().view(-1, 1).expand_as(norm.centre))
    foremost = torch.full((1, 1, len(SLICE_STRUCTURES)), float(PLACES - 1))
    assert torch.equal(norm(foremost, torch.tensor([PLACES_MM[1]])), torch.zeros(1, len(SLICE_STRUCTURES)))
