"""Saliency relative to the average unimpaired participant: what makes this answer differ from theirs, signed, in log-odds.

Grad-CAM weights what a network sees; most of that every head has, so that maps of different patients are nearly one. Here the
difference from the reference is weighted, by gradients averaged on the straight way from the reference to the patient
(integrated gradients, Sundararajan 2017), so that a map's sum is the difference of both log-odds. It needs no further pass
through the convolutions.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import log_odds_of
from adcore.networks.reference_maps import projected

STEPS = 32
"""Points on the way from the reference to the patient."""


def relative_map(branch: ImageBranch, maps: Tensor, reference: Tensor, steps: int = STEPS) -> NDArray[np.float32]:
    """Signed saliency on each slice relative to the reference, in log-odds: above 0 for impairment, below 0 against it.

    Args:
        branch: VGG16 or ResNet50, in evaluation mode.
        maps: (N, C, h, w), the last feature maps of one scan's slices.
        reference: (N, VECTOR, h, w), of adcore.networks.reference_maps, the same slices.
        steps: of the way; 0 takes the gradient at the patient alone, as Grad-CAM does.
    Returns:
        float32 (N, h, w); its sum is the log-odds of the patient less that of the reference.
    """
    return relative_of_projected(branch, projected(branch, maps.clone()), reference, steps)  # inference tensors take no gradient


def relative_of_projected(branch: ImageBranch, seen: Tensor, reference: Tensor, steps: int = STEPS) -> NDArray[np.float32]:
    """The same from maps that were projected before, (N, VECTOR, h, w)."""
    bias = branch.pooling.project.bias
    start, end = reference.mean((2, 3)) + bias, seen.mean((2, 3)) + bias
    shares = (torch.arange(steps) + 0.5) / steps if steps else torch.ones(1)
    way = (start + shares.view(-1, 1, 1) * (end - start)).requires_grad_(True)  # (steps, N, VECTOR)
    with torch.enable_grad():
        vector, _ = branch.pooling.attention(way)
        (gradient,) = torch.autograd.grad(log_odds_of(branch.pooling.head(vector)).sum(), way)
    weights = gradient.mean(dim=0) / seen[0, 0].numel()  # derivative of the spatial mean
    relative: NDArray[np.float32] = torch.einsum("nv,nvhw->nhw", weights, seen - reference).numpy()
    return relative
