import numpy as np
import pytest

from adcore.explain.explanation import RegionSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.explain.sides import ranked, saliency_by_structure
from adcore.prepare.segmentation.structures import Side, label_of

STRUCTURES = np.zeros((2, 10, 10), np.uint8)
STRUCTURES[:, :5, :2] = label_of("hippocampus", Side.LEFT)
STRUCTURES[:, :5, 8:] = label_of("hippocampus", Side.RIGHT)
STRUCTURES[:, 5:, :] = label_of("brainstem")
FOUND = (
    RegionSaliency("vgg16", "left hippocampus", 0.45),
    RegionSaliency("vgg16", OUTSIDE_NAME, 0.3),
    RegionSaliency("vgg16", "right hippocampus", 0.15),
    RegionSaliency("vgg16", "brainstem", 0.1),
)


def test_the_sides_of_a_structure_are_joined_and_compared() -> None:
    rows = {row.structure: row for row in saliency_by_structure(FOUND, STRUCTURES)}
    hippocampus = rows["hippocampus"]
    assert (hippocampus.left, hippocampus.right) == (0.45, 0.15)
    assert hippocampus.share == pytest.approx(0.6)
    assert hippocampus.asymmetry == pytest.approx(0.5)
    assert rows["brainstem"].asymmetry is None


def test_nothing_is_lost_and_the_largest_share_comes_first() -> None:
    rows = saliency_by_structure(FOUND, STRUCTURES)
    assert sum(row.share for row in rows) == pytest.approx(1)
    assert [row.structure for row in rows] == ["hippocampus", OUTSIDE_NAME, "brainstem"]


def test_an_even_map_would_give_each_structure_its_area() -> None:
    even = {row.structure: row.even for row in saliency_by_structure(FOUND, STRUCTURES)}
    assert even == pytest.approx({"hippocampus": 0.2, OUTSIDE_NAME: 0.3, "brainstem": 0.5})


def test_the_share_on_a_side_is_found_by_the_side() -> None:
    rows = {row.structure: row for row in saliency_by_structure(FOUND, STRUCTURES)}
    assert [rows["hippocampus"].on(side) for side in Side] == pytest.approx([0.45, 0.15, 0.6])
    assert [rows["brainstem"].on(side) for side in Side] == [0.0, 0.0, 0.1]


def test_structures_are_ranked_by_the_largest_share_in_any_network_without_what_lies_outside() -> None:
    other = RegionSaliency("resnet50", "brainstem", 0.8), RegionSaliency("resnet50", OUTSIDE_NAME, 0.2)
    assert ranked(saliency_by_structure(FOUND, STRUCTURES)) == ("hippocampus", "brainstem")
    assert ranked(saliency_by_structure((*FOUND, *other), STRUCTURES)) == ("brainstem", "hippocampus")


def test_a_network_without_saliency_has_no_rows() -> None:
    assert saliency_by_structure((), STRUCTURES) == ()
    assert {row.branch for row in saliency_by_structure(FOUND, STRUCTURES)} == {"vgg16"}
