import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import FIELDS
from adcore.networks.backbones import FEATURES
from adcore.networks.late_fusion import MEMBERS, ScanFeatures
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from tests.support.untrained import untrained_network

FIELD_VALUES = torch.ones(1, len(FIELDS))


def random_scan(seed: int) -> ScanFeatures:
    generator = torch.Generator().manual_seed(seed)
    means = {branch: torch.rand(1, 3, FEATURES[branch], generator=generator) for branch in IMAGE_BRANCHES}
    return ScanFeatures(means, torch.rand(1, 3, len(SLICE_STRUCTURES), generator=generator), torch.tensor([-30.0, -26.0, -22.0]))


def with_other_branch(scan: ScanFeatures, branch: Branch) -> ScanFeatures:
    return ScanFeatures(scan.means | {branch: random_scan(1).means[branch]}, scan.shares, scan.y_mm)


def test_every_branch_and_the_shares_of_the_structures_move_the_fused_answer() -> None:
    network, scan = untrained_network(), random_scan(0)
    answer = network.classify(scan, FIELD_VALUES, FIELD_VALUES).fused
    others = [with_other_branch(scan, branch) for branch in IMAGE_BRANCHES]
    others.append(ScanFeatures(scan.means, random_scan(1).shares, scan.y_mm))
    for other in others:
        assert not torch.equal(answer, network.classify(other, FIELD_VALUES, FIELD_VALUES).fused)
    assert not torch.equal(answer, network.classify(scan, -FIELD_VALUES, FIELD_VALUES).fused)


def test_a_branch_alone_does_not_depend_on_the_others() -> None:
    network, scan = untrained_network(), random_scan(0)
    alone = network.classify(scan, FIELD_VALUES, FIELD_VALUES).branches[Branch.VGG16]
    changed = network.classify(with_other_branch(scan, Branch.RESNET50), -FIELD_VALUES, FIELD_VALUES).branches[Branch.VGG16]
    assert torch.equal(alone, changed)


def test_the_answer_is_the_mean_of_the_members() -> None:
    network, scan = untrained_network(), random_scan(0)
    images, _ = network.image_vectors(scan)
    outputs = [member(images, FIELD_VALUES, FIELD_VALUES, torch.ones(1, 1))[0] for member in network.members]
    assert len(outputs) == MEMBERS
    assert torch.allclose(network.classify(scan, FIELD_VALUES, FIELD_VALUES).fused, torch.stack(outputs).mean(dim=0))


def test_without_a_scan_there_is_still_a_finite_answer() -> None:
    output = untrained_network().classify(None, torch.zeros(1, len(FIELDS)), torch.zeros(1, len(FIELDS)))
    assert torch.isfinite(output.fused).all()
    assert set(output.branches) == {Branch.CLINICAL}
