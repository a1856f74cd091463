"""Atrophy planted into training views: image and labels change together, on the side that was asked for."""

import numpy as np
import pytest
import torch
from nibabel.affines import from_matvec

from adcore.cohorts.synthetic.anatomy import load_anatomy
from adcore.prepare.segmentation.network import GRID_SHAPE
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.training.structures.augment import HeadAugmentation, HeadAugmenter
from adcore.training.structures.cases import Case
from adcore.training.structures.planted_view import PlantedAtrophy

STILL = HeadAugmentation(planted=0, mirror=0, turn_degrees=0, shift_mm=0, scale=0, warp_mm=0, contrast=0, thick=0, cut=0, strip=0)


@pytest.fixture(scope="module")
def case() -> Case:
    """The template's brain at 2 mm with its hippocampi and ventricles labelled, the rest white matter."""
    anatomy = load_anatomy()
    grid = tuple(slice(None, None, 2) for _ in range(3))
    x = np.broadcast_to(anatomy.mesh()[0], anatomy.intensity.shape)[grid]
    labels = np.zeros(x.shape, np.uint8)
    for kind, inside in (
        ("white matter", anatomy.brain),
        ("hippocampus", anatomy.hippocampus),
        ("lateral ventricle", anatomy.ventricle),
    ):
        sides = np.where(x < 0, label_of(kind, Side.LEFT), label_of(kind, Side.RIGHT))
        labels = np.where(inside[grid] > 0.5, sides, labels).astype(np.uint8)
    to_voxels = np.linalg.inv(anatomy.affine @ from_matvec(np.diag([2.0, 2.0, 2.0])))
    return Case("template", torch.from_numpy(anatomy.intensity[grid].copy()), torch.from_numpy(labels), to_voxels)


def seen(case: Case, atrophy: PlantedAtrophy) -> tuple[torch.Tensor, dict[str, int]]:
    """The head with that atrophy, unmoved, and the voxels of each structure by side."""
    augmenter = HeadAugmenter(STILL)
    image, labels = augmenter._look(case, np.eye(4), 0.0, atrophy)
    counts = {
        f"{side} {kind}": int((labels == label_of(kind, side)).sum())
        for kind in ("hippocampus", "inferior horn", "lateral ventricle")
        for side in (Side.LEFT, Side.RIGHT)
    }
    horns = torch.isin(labels, torch.tensor([label_of("inferior horn", side) for side in (Side.LEFT, Side.RIGHT)]))
    return image[horns], counts


def test_each_part_changes_by_its_own_degree_on_its_own_side(case: Case) -> None:
    _, before = seen(case, PlantedAtrophy(0, 0, (0, 0), (0, 0)))
    _, wide = seen(case, PlantedAtrophy(1.0, 0, (0, 0), (0, 0)))
    fluid, left = seen(case, PlantedAtrophy(0, 0, (1.0, 0), (1.0, 0)))
    assert before["left inferior horn"] == before["right inferior horn"] == 0
    assert min(wide[f"{side} lateral ventricle"] / before[f"{side} lateral ventricle"] for side in ("left", "right")) > 1.3
    assert left["left hippocampus"] < 0.8 * before["left hippocampus"]
    assert left["right hippocampus"] == pytest.approx(before["right hippocampus"], rel=0.02)
    assert left["left inferior horn"] > 100
    assert left["right inferior horn"] == 0
    assert float(fluid.mean()) < 0.5  # white matter is near 1


def test_a_head_without_ventricles_keeps_its_horns_closed(case: Case) -> None:
    dry = Case(
        case.person,
        case.image,
        torch.where(case.labels > 0, label_of("white matter", Side.LEFT), 0).to(torch.uint8),
        case.atlas_to_voxels,
    )
    fluid, counts = seen(dry, PlantedAtrophy(0, 0, (0, 0), (1.5, 1.5)))
    assert fluid.numel() == 0
    assert set(counts.values()) == {0}


def test_views_with_atrophy_come_back_by_their_seed_and_differ_from_those_without(case: Case) -> None:
    augmenter = HeadAugmenter(HeadAugmentation(planted=1.0))
    image, labels = augmenter.view(case, 5)
    again, labels_again = augmenter.view(case, 5)
    assert image.shape == (1, *GRID_SHAPE)
    assert torch.equal(image, again)
    assert torch.equal(labels, labels_again)
    assert not torch.equal(labels, HeadAugmenter(HeadAugmentation(planted=0.0)).view(case, 5)[1])


def test_degrees_are_drawn_within_those_that_look_like_a_head_and_sides_may_differ() -> None:
    drawn = [PlantedAtrophy.drawn(np.random.default_rng(seed)) for seed in range(200)]
    degrees = np.array([(one.ventricles, one.brain, *one.hippocampi, *one.horns) for one in drawn])
    assert degrees.min() == 0
    assert 1.3 < degrees.max() <= 1.5
    assert 0.1 < np.mean(degrees[:, 2] != degrees[:, 3]) < 0.4
