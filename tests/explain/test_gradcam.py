import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from torch import Tensor, nn

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.regions import OUTSIDE_NAME, saliency_by_region
from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import LateFusionNetwork, ScanReading, log_odds_of
from adcore.prepare.segmentation.structures import Side, label_of
from adcore.prepare.slices import SliceConfig
from tests.support.untrained import untrained_network

SLICES = SliceConfig(t88_slices=(91, 94, 97))


def slices(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1.2, (3, 112, 112)).astype(np.float32)


@torch.inference_mode()
def read(network: LateFusionNetwork, seed: int) -> ScanReading:
    return network.read(torch.from_numpy(slices(seed)), SLICES.y_mm)


class Whole(nn.Module):
    """An image branch from slices to logits, as the grad-cam package wants it."""

    def __init__(self, branch: ImageBranch) -> None:
        super().__init__()
        self.backbone = branch.backbone
        self.pooling = branch.pooling

    def forward(self, images: Tensor) -> Tensor:
        return self.pooling(self.backbone(images).mean((2, 3)).unsqueeze(0)).logits


def cam_of(branch: Branch, network_seed: int = 0, slice_seed: int = 0) -> np.ndarray:
    network = untrained_network(network_seed)
    return raw_gradcam(network.image_branch(branch), read(network, slice_seed).maps[branch])


@pytest.mark.slow
@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_map_changes_with_the_weights_and_with_the_input(branch: Branch) -> None:
    first = cam_of(branch)
    assert first.shape == (3, 7, 7)
    assert not np.allclose(first, cam_of(branch, network_seed=1))
    assert not np.allclose(first, cam_of(branch, slice_seed=1))


def test_the_raw_scale_is_kept() -> None:
    network = untrained_network()
    maps = read(network, 0).maps[Branch.VGG16]
    branch = network.image_branch(Branch.VGG16)
    once = raw_gradcam(branch, maps)
    twice = raw_gradcam(branch, maps, target=lambda logits: 2 * log_odds_of(logits))
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-4)
    assert once.max() != pytest.approx(1.0)


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_the_map_equals_the_grad_cam_packages_before_it_rescales(branch: Branch) -> None:
    network = untrained_network()
    whole = Whole(network.image_branch(branch)).eval()
    pictures, _ = network.slice_segmentation.paint(torch.from_numpy(slices(0)).unsqueeze(1), torch.tensor(SLICES.y_mm))
    images = pictures.requires_grad_(True)
    with torch.enable_grad(), GradCAM(model=whole, target_layers=[whole.backbone.last_block]) as cam:
        log_odds_of(cam.activations_and_grads(images)[0]).backward()
        seen = cam.activations_and_grads
        maps, gradients = seen.activations[0].detach().numpy(), seen.gradients[0].detach().numpy()
        theirs = cam.get_cam_image(images, whole.backbone.last_block, [log_odds_of], maps, gradients, eigen_smooth=False)
    np.testing.assert_allclose(cam_of(branch), np.maximum(theirs, 0), atol=1e-5 * np.abs(theirs).max())


def test_saliency_goes_to_the_part_beneath_it() -> None:
    maps = np.zeros((3, 7, 7), dtype=np.float32)
    maps[:, 3, 1] = 1.0
    structures = np.zeros((3, 112, 112), dtype=np.uint8)
    structures[:, 48:64, 16:32] = label_of("hippocampus", Side.LEFT)  # the map's pixel covers 16 by 16 of the plane's
    structures[:, 48:64, 16:20] = label_of("amygdala", Side.LEFT)
    found = saliency_by_region(Branch.VGG16, maps, structures, SLICES)
    assert [(region.region, region.share) for region in found] == [("left hippocampus", 0.75), ("left amygdala", 0.25)]


def test_saliency_beside_every_part_is_outside_the_brain() -> None:
    maps = np.ones((3, 7, 7), dtype=np.float32)
    (found,) = saliency_by_region(Branch.VGG16, maps, np.zeros((3, 112, 112), dtype=np.uint8), SLICES)
    assert (found.region, found.share) == (OUTSIDE_NAME, 1.0)


def test_without_positive_saliency_no_part_is_named() -> None:
    assert (
        saliency_by_region(Branch.VGG16, np.zeros((3, 7, 7), dtype=np.float32), np.zeros((3, 112, 112), np.uint8), SLICES) == ()
    )
