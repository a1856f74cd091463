import torch

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.clinical import FIELDS
from adcore.networks.backbones import FEATURES
from tests.untrained import untrained_network


def random_means(seed: int) -> dict[Branch, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {branch: torch.rand(1, 3, FEATURES[branch], generator=generator) for branch in IMAGE_BRANCHES}


def test_every_branch_moves_the_fused_answer() -> None:
    network = untrained_network()
    values, known = torch.ones(1, len(FIELDS)), torch.ones(1, len(FIELDS))
    means = random_means(0)
    answer = network.judge(means, values, known).fused
    for branch in IMAGE_BRANCHES:
        other = network.judge(means | {branch: random_means(1)[branch]}, values, known).fused
        assert not torch.equal(answer, other)
    assert not torch.equal(answer, network.judge(means, -values, known).fused)


def test_a_branch_on_its_own_hears_nothing_of_the_others() -> None:
    network = untrained_network()
    values, known = torch.ones(1, len(FIELDS)), torch.ones(1, len(FIELDS))
    means = random_means(0)
    alone = network.judge(means, values, known).branches[Branch.VGG16]
    changed = network.judge(means | {Branch.RESNET50: random_means(1)[Branch.RESNET50]}, -values, known).branches[Branch.VGG16]
    assert torch.equal(alone, changed)


def test_without_a_scan_there_is_still_a_finite_answer() -> None:
    output = untrained_network().judge(None, torch.zeros(1, len(FIELDS)), torch.zeros(1, len(FIELDS)))
    assert torch.isfinite(output.fused).all()
    assert set(output.branches) == {Branch.CLINICAL}
