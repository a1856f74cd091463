import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.networks.late_fusion import ScanFeatures
from adcore.studies.weakened import BLOCK, HEAD, LABELS, POOLING, WEAKENED, Weakened, weakened_networks
from tests.support.untrained import synthetic_cohort, untrained_network

HEAD_WEIGHTS, PROJECT, LAST = "pooling.head.weight", "pooling.project.weight", "backbone.last_block"


@pytest.fixture(scope="module")
def weakened() -> dict[str, Weakened]:
    network, cohort = untrained_network(), synthetic_cohort(labelled=12, others=0)
    with torch.inference_mode():
        read = [network.read(torch.from_numpy(slices), cohort.y_mm).features for slices in cohort.slices]
    means = {branch: torch.cat([one.means[branch] for one in read]).clone() for branch in IMAGE_BRANCHES}
    features = ScanFeatures(means, torch.cat([one.shares for one in read]).clone(), read[0].y_mm)
    unimpaired = cohort.rows(np.flatnonzero(~cohort.impaired)[:2])
    return {one.name: one for one in weakened_networks(network, features, cohort, unimpaired, seed=0)}


def changed(weakened: Weakened) -> set[str]:
    """Which of a branch's weights differ from the whole network's."""
    whole = untrained_network().image_branch(Branch.RESNET50).state_dict()
    cut = weakened.network.image_branch(Branch.RESNET50).state_dict()
    return {name for name in whole if not torch.equal(whole[name], cut[name])}


@pytest.mark.slow
def test_each_level_takes_away_more_from_the_top_down(weakened: dict[str, Weakened]) -> None:
    assert set(weakened) == set(WEAKENED)
    head, pooling, block = (changed(weakened[name]) for name in (HEAD, POOLING, BLOCK))
    assert HEAD_WEIGHTS in head
    assert PROJECT in pooling - head
    assert any(name.startswith(LAST) for name in block - pooling)
    assert head < pooling < block


def test_shuffled_labels_change_the_head_alone(weakened: dict[str, Weakened]) -> None:
    assert changed(weakened[LABELS]) <= {HEAD_WEIGHTS, "pooling.head.bias"}


def test_shuffling_keeps_the_distribution_of_the_weights(weakened: dict[str, Weakened]) -> None:
    whole = untrained_network().image_branch(Branch.RESNET50).pooling.project.weight
    cut = weakened[POOLING].network.image_branch(Branch.RESNET50).pooling.project.weight
    torch.testing.assert_close(cut.flatten().sort().values, whole.flatten().sort().values)


def test_the_reference_is_what_the_weakened_network_sees(weakened: dict[str, Weakened]) -> None:
    first, last = weakened[HEAD].reference.maps, weakened[POOLING].reference.maps
    assert not torch.allclose(first[Branch.RESNET50], last[Branch.RESNET50])
