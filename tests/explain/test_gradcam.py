import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.explain.gradcam import BranchTail, impaired_margin, raw_gradcam
from adcore.explain.regions import LEFT, OUTSIDE, RIGHT, evidence_by_side
from adcore.predict import read_planes
from adcore.prepare.planes import PlaneConfig
from tests.untrained import untrained_network

PLANES = PlaneConfig(t88_slices=(91, 94, 97))


def planes(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1.2, (3, 112, 112)).astype(np.float32)


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_map_changes_with_the_weights_and_with_the_input(branch: Branch) -> None:
    network, other = untrained_network(0), untrained_network(1)
    reading = read_planes(network, planes(0))
    first = raw_gradcam(network.image_branch(branch), reading.stem_maps[branch])
    assert first.shape == (3, 7, 7)
    assert not np.allclose(first, raw_gradcam(other.image_branch(branch), read_planes(other, planes(0)).stem_maps[branch]))
    assert not np.allclose(first, raw_gradcam(network.image_branch(branch), read_planes(network, planes(1)).stem_maps[branch]))


def test_the_raw_scale_is_kept() -> None:
    branch = untrained_network().image_branch(Branch.VGG16)
    stem_maps = read_planes(untrained_network(), planes(0)).stem_maps[Branch.VGG16]
    once = raw_gradcam(branch, stem_maps)
    twice = raw_gradcam(branch, stem_maps, target=lambda logits: 2 * impaired_margin(logits))
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-4)
    assert once.max() != pytest.approx(1.0)


def test_hooks_are_gone_after_an_error() -> None:
    branch = untrained_network().image_branch(Branch.VGG16)
    stem_maps = read_planes(untrained_network(), planes(0)).stem_maps[Branch.VGG16]

    def broken(logits: torch.Tensor) -> torch.Tensor:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        raw_gradcam(branch, stem_maps, target=broken)
    modules = list(branch.modules())
    assert not any(module._forward_hooks or module._backward_hooks for module in modules)


def test_evidence_equals_the_packages_own_up_to_its_rescaling() -> None:
    branch = untrained_network().image_branch(Branch.RESNET50)
    stem_maps = read_planes(untrained_network(), planes(0)).stem_maps[Branch.RESNET50]
    raw = raw_gradcam(branch, stem_maps)
    tail = BranchTail(branch).eval()
    with torch.enable_grad(), GradCAM(model=tail, target_layers=[tail.last_block]) as cam:
        scaled = cam(input_tensor=stem_maps.clone().requires_grad_(True), targets=[impaired_margin])
    size = scaled.shape[1:]
    for ours, theirs in zip(raw, scaled, strict=True):
        grown = torch.nn.functional.interpolate(torch.from_numpy(ours)[None, None], size=size, mode="bilinear")[0, 0].numpy()
        assert np.corrcoef(grown.ravel(), theirs.ravel())[0, 1] > 0.95


def test_shares_tell_left_from_right_and_inside_from_outside() -> None:
    maps = np.zeros((3, 7, 7), dtype=np.float32)
    maps[:, 3, 1] = 1.0  # mid height, towards column 0: the patient's left
    shares = {region.region: region.share for region in evidence_by_side(Branch.VGG16, maps, PLANES)}
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-6)
    assert shares[LEFT] > 0.9
    assert shares[RIGHT] == 0
    corner = np.zeros((3, 7, 7), dtype=np.float32)
    corner[:, 6, 0] = 1.0
    assert {r.region: r.share for r in evidence_by_side(Branch.VGG16, corner, PLANES)}[OUTSIDE] > 0.7


def test_no_positive_evidence_is_nought_everywhere() -> None:
    shares = evidence_by_side(Branch.VGG16, np.zeros((3, 7, 7), dtype=np.float32), PLANES)
    assert [region.share for region in shares] == [0.0, 0.0, 0.0]
