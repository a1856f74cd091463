"""Raw Grad-CAM of the image branches (Selvaraju 2017), from the last feature maps that the prediction has already computed.

The last maps are followed by a spatial mean and a small head, so the gradient is the same at every pixel of a map and needs only
a pass through the head. Tests compare it with the grad-cam package.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import log_odds_of


def raw_gradcam(branch: ImageBranch, maps: Tensor, target: Callable[[Tensor], Tensor] = log_odds_of) -> NDArray[np.float32]:
    """Positive saliency for impairment on each slice, in units of log-odds.

    The usual final step, which rescales each image to its own maximum and makes every patient look hot, is left out.

    Args:
        branch: VGG16 or ResNet50, in evaluation mode.
        maps: (N, C, h, w), the last feature maps of one scan's slices.
    Returns:
        float32 (N, h, w), 0 without positive saliency.
    """
    means = maps.clone().mean((2, 3)).requires_grad_(True)  # a clone: inference tensors take no gradient
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(target(branch.pooling(means.unsqueeze(0)).logits[0]), means)
    weights = gradient / maps[0, 0].numel()  # derivative of the spatial mean
    raw: NDArray[np.float32] = torch.einsum("nc,nchw->nhw", weights, maps).clamp_min(0).numpy()
    return raw
