"""Raw Grad-CAM of the image branches, with the grad-cam package (Selvaraju 2017)."""

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from adcore.networks.image_branch import ImageBranch
from adcore.networks.torchvision_pair import ensure_torchvision

ensure_torchvision()
from pytorch_grad_cam import GradCAM  # noqa: E402  (imports torchvision)


class BranchTail(nn.Module):
    """The part of an image branch that Grad-CAM must see: last block, pooling, head.

    Starting at the stem's maps instead of the planes changes nothing in the result, since Grad-CAM asks only for the last
    maps and the gradient there, and saves going through the stem twice.
    """

    def __init__(self, branch: ImageBranch):
        super().__init__()
        self.last_block = branch.backbone.last_block
        self.pooling = branch.pooling

    def forward(self, stem_maps: Tensor) -> Tensor:
        """Logits (1, 2) of one person's stem maps (N, c, h, w)."""
        means = self.last_block(stem_maps).mean((2, 3))
        return cast(Tensor, self.pooling(means.unsqueeze(0)).logits)


def impaired_margin(logits: Tensor) -> Tensor:
    """The branch's log-odds of impairment, from its two logits."""
    return logits[1] - logits[0]


def raw_gradcam(
    branch: ImageBranch, stem_maps: Tensor, target: Callable[[Tensor], Tensor] = impaired_margin
) -> NDArray[np.float32]:
    """Positive evidence for impairment on each plane, in units of log-odds.

    The package's own final step rescales each image to its maximum, which makes every patient look hot; this stops before it.

    Args:
        branch: VGG16 or ResNet50, in evaluation mode.
        stem_maps: (N, c, h, w) of one person's planes.
    Returns:
        float32 (N, h', w') at the resolution of the last maps, 0 where nothing speaks for impairment.
    """
    tail = BranchTail(branch).eval()
    inputs = stem_maps.clone().requires_grad_(True)
    with torch.enable_grad(), GradCAM(model=tail, target_layers=[tail.last_block]) as cam:
        logits = cam.activations_and_grads(inputs)
        target(logits[0]).backward()
        maps = cam.activations_and_grads.activations[0].detach().numpy()
        gradients = cam.activations_and_grads.gradients[0].detach().numpy()
        raw = cam.get_cam_image(inputs, tail.last_block, [target], maps, gradients, eigen_smooth=False)
    return np.maximum(raw, 0).astype(np.float32)
