"""Raw Grad-CAM of the image branches (Selvaraju 2017), from the last maps that the prediction has already made.

Behind the last maps stand a mean over space and a small head, so the gradient is the same at every pixel of a map: it needs a
pass through the head alone. Tests hold it equal to the grad-cam package.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import log_odds_of


def raw_gradcam(branch: ImageBranch, maps: Tensor, target: Callable[[Tensor], Tensor] = log_odds_of) -> NDArray[np.float32]:
    """Positive evidence for impairment on each plane, in units of log-odds.

    The usual final step rescales each image to its maximum, which makes every patient look hot; this stops before it.

    Args:
        branch: VGG16 or ResNet50, in evaluation mode.
        maps: (N, C, h, w), the last maps of one person's planes.
    Returns:
        float32 (N, h, w), 0 where nothing speaks for impairment.
    """
    means = maps.clone().mean((2, 3)).requires_grad_(True)  # a clone: tensors made for inference take no gradient
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(target(branch.pooling(means.unsqueeze(0)).logits[0]), means)
    weights = gradient / maps[0, 0].numel()  # of the mean over space
    raw: NDArray[np.float32] = torch.einsum("nc,nchw->nhw", weights, maps).clamp_min(0).numpy()
    return raw
