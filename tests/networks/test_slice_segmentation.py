import pytest
import torch

from adcore.networks.slice_segmentation import (
    FLUID,
    MEDIAL_TEMPORAL,
    PLACES,
    PLACES_MM,
    PLANE_PARTS,
    PartShares,
    PlanePartsNetwork,
)
from adcore.prepare.slices import PlaneConfig


@pytest.fixture(scope="module")
def network() -> PlanePartsNetwork:
    torch.manual_seed(0)
    return PlanePartsNetwork().eval().requires_grad_(False)


def planes(count: int = 2) -> torch.Tensor:
    drawn = torch.rand(count, 1, 24, 32, generator=torch.Generator().manual_seed(0))
    drawn[:, :, :4] = 0
    return drawn


def test_mirroring_a_plane_mirrors_its_picture_and_keeps_its_shares(network: PlanePartsNetwork) -> None:
    y_mm = torch.tensor([-30.0, -22.0])
    picture, shares = network.paint(planes(), y_mm)
    mirrored, same = network.paint(planes().flip(-1), y_mm)
    assert torch.allclose(mirrored.flip(-1), picture, atol=1e-5)
    assert torch.allclose(same, shares, atol=1e-5)


def test_outside_the_outline_pictures_are_empty(network: PlanePartsNetwork) -> None:
    picture, shares = network.paint(planes(), torch.tensor([-30.0, -22.0]))
    assert (picture[:, :, :4] == 0).all()
    assert torch.equal(picture[:, :1], planes())
    assert torch.allclose(shares.sum(dim=1), torch.full((2,), 20 / 24), atol=1e-5)


def test_the_place_of_a_plane_matters(network: PlanePartsNetwork) -> None:
    one, other = (network(planes(), torch.full((2,), y)) for y in (-30.0, -22.0))
    assert not torch.allclose(one, other)


def test_channels_name_parts_that_exist() -> None:
    assert {*MEDIAL_TEMPORAL, *FLUID} <= set(PLANE_PARTS)


def test_the_places_are_those_of_the_networks_planes() -> None:
    y_mm = PlaneConfig().y_mm
    assert len(y_mm) == PLACES
    assert (y_mm[0], y_mm[-1]) == pytest.approx(PLACES_MM, abs=0.05)


def test_people_learned_from_have_deviations_of_mean_0_and_spread_1() -> None:
    y_mm = torch.tensor(PlaneConfig().y_mm)
    shares = torch.rand(30, len(y_mm), len(PLANE_PARTS), generator=torch.Generator().manual_seed(0))
    norm = PartShares()
    norm.learn(shares, y_mm)
    found = norm(shares, y_mm)
    assert torch.allclose(found.mean(dim=0), torch.zeros(len(PLANE_PARTS)), atol=1e-4)
    assert torch.allclose(found.std(dim=0), torch.ones(len(PLANE_PARTS)), atol=1e-4)


def test_a_single_plane_is_held_against_its_own_place() -> None:
    norm = PartShares()
    norm.centre.copy_(torch.arange(PLACES).float().view(-1, 1).expand_as(norm.centre))
    foremost = torch.full((1, 1, len(PLANE_PARTS)), float(PLACES - 1))
    assert torch.equal(norm(foremost, torch.tensor([PLACES_MM[1]])), torch.zeros(1, len(PLANE_PARTS)))
