from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import Quality, QualityCheck, RegionSaliency, StructureSaliency
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.quality import check_maps
from adcore.explain.regions import OUTSIDE_NAME
from adcore.networks.image_branch import ImageBranch
from tests.support.untrained import untrained_network

NETWORK = untrained_network()
BRANCHES = {branch: NETWORK.image_branch(branch) for branch in IMAGE_BRANCHES}


def last_maps(branch: Branch, seed: int = 0) -> Tensor:
    """(3, C, 7, 7), the features of one block of cells larger than those of the rest."""
    generator = torch.Generator().manual_seed(seed)
    maps = torch.rand(3, BRANCHES[branch].pooling.project.in_features, 7, 7, generator=generator)
    maps[:, :, 2:4, 2:4] *= 3
    return maps


MAPS = {branch: last_maps(branch) for branch in IMAGE_BRANCHES}
EVIDENCE = {branch: raw_gradcam(BRANCHES[branch], MAPS[branch]) for branch in IMAGE_BRANCHES}


def found(
    saliency: dict[Branch, NDArray[np.float32]] = EVIDENCE,
    regions: tuple[RegionSaliency, ...] = (),
    structures: tuple[StructureSaliency, ...] = (),
    branches: dict[Branch, ImageBranch] = BRANCHES,
) -> Quality:
    return check_maps(branches, MAPS, saliency, regions, structures)


def part(quality: Quality, name: str, branch: Branch | None = None) -> QualityCheck:
    (one,) = (p for p in quality.checks if p.name == name and p.branch == (branch.value if branch else None))
    return one


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_answer_falls_most_without_what_its_own_map_shows(branch: Branch) -> None:
    own = part(found(), "deletion lowers the answer", branch)
    assert own.holds
    assert own.value > own.limit > 0
    wrong = {one: np.ascontiguousarray(maps.max() - maps) for one, maps in EVIDENCE.items()}  # a map turned inside out
    other = part(found(wrong), "deletion lowers the answer", branch)
    assert not other.holds
    assert other.value < 0


def test_the_same_case_is_checked_with_the_same_result_twice() -> None:
    assert found() == found()


@pytest.mark.parametrize(("share", "holds"), [(0.1, True), (0.3, False)])
def test_saliency_has_to_lie_inside_the_brain_clearly_more_than_by_chance(share: float, holds: bool) -> None:
    rows = tuple(StructureSaliency(b.value, OUTSIDE_NAME, share, 0.4, None, None, None) for b in IMAGE_BRANCHES)
    inside = part(found(structures=rows), "inside the brain", Branch.VGG16)
    assert inside.holds is holds
    assert inside.limit == pytest.approx(0.2)
    assert f"{100 * share:.1f}% of the saliency lies outside the brain; for a uniform map it would be 40%" in inside.sentence


def test_networks_agree_by_the_share_that_both_place_in_the_same_structures() -> None:
    first = (RegionSaliency("vgg16", "left hippocampus", 0.7), RegionSaliency("vgg16", "CSF", 0.3))
    second = (RegionSaliency("resnet50", "left hippocampus", 0.4), RegionSaliency("resnet50", "right hippocampus", 0.6))
    alike = part(found(regions=first + second), "networks agree on structures")
    assert alike.value == pytest.approx(0.4)
    assert not alike.holds
    same = part(found(regions=first + tuple(replace(row, branch="resnet50") for row in first)), "networks agree on structures")
    assert same.value == pytest.approx(1)
    assert same.holds


def test_a_network_without_saliency_is_not_checked() -> None:
    silent = EVIDENCE | {Branch.VGG16: np.zeros_like(EVIDENCE[Branch.VGG16])}
    assert {one.branch for one in found(silent).checks} == {Branch.RESNET50.value}
    nothing = found({branch: np.zeros_like(maps) for branch, maps in EVIDENCE.items()})
    assert nothing.checks == ()
    assert str(nothing) == "Nothing to explain: no positive saliency"


def test_the_badge_counts_what_holds() -> None:
    held = QualityCheck("a", None, 1, 0, True, "A.")
    assert str(Quality((held, replace(held, holds=False), held))) == "Explanation: 2 of 3 checks hold"
