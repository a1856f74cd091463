from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import Quality, QualityCheck, RegionSaliency
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.quality import check_gradcam
from adcore.networks.reference_maps import ReferenceMaps, projected
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
    reference: ReferenceMaps | None = None,
) -> Quality:
    return Quality(check_gradcam(NETWORK, saliency, regions, reference))


def part(quality: Quality, name: str, branch: Branch | None = None) -> QualityCheck:
    (one,) = (p for p in quality.checks if p.name == name and p.branch == (branch.value if branch else None))
    return one


def average(seed: int) -> ReferenceMaps:
    """Of a participant whose last maps are drawn with this seed."""
    maps = {branch: projected(BRANCHES[branch], last_maps(branch, seed)).detach() for branch in IMAGE_BRANCHES}
    return ReferenceMaps(maps, torch.zeros(3, 7, 7))


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_a_map_that_everybody_has_is_not_the_patients_own(branch: Branch) -> None:
    same = part(found(reference=average(0)), "differs from the average", branch)
    assert same.value == pytest.approx(1)
    assert not same.holds
    turned = {one: np.ascontiguousarray(maps.max() - maps) for one, maps in EVIDENCE.items()}
    other = part(found(turned, reference=average(0)), "differs from the average", branch)
    assert other.value == pytest.approx(-1)
    assert other.holds


def test_without_a_reference_there_is_no_average_to_differ_from() -> None:
    assert [check.name for check in found().checks] == ["networks agree on structures"]


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
    assert {one.branch for one in found(silent, reference=average(1)).checks} == {Branch.RESNET50.value}
    nothing = found({branch: np.zeros_like(maps) for branch, maps in EVIDENCE.items()}, reference=average(1))
    assert nothing.checks == ()
    assert str(nothing) == "Nothing to explain: no positive saliency"


def test_the_badge_counts_what_holds() -> None:
    held = QualityCheck("a", None, 1, 0, True, "A.")
    assert str(Quality((held, replace(held, holds=False), held))) == "Explanation: 2 of 3 checks hold"
