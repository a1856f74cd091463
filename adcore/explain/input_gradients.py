"""Input gradients relative to the average unimpaired participant, signed: what of the slices themselves moves a network's answer.

They reach through all layers, where relative Grad-CAM asks the last maps alone, so the convolutions run once more and backwards:
seconds a scan.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.explain.deletion import log_odds_of_slices
from adcore.networks.late_fusion import LateFusionNetwork


def input_gradients(
    network: LateFusionNetwork,
    branch: Branch,
    slices: NDArray[np.float32],
    average: NDArray[np.float32],
    y_mm: tuple[float, ...],
) -> NDArray[np.float32]:
    """Gradient of a branch's log-odds by each pixel, times the pixel's difference from the average's, (N, H, W).

    That is the first term of the log-odds' difference from the average (Taylor); above 0 for impairment, below 0 against it.

    Args:
        slices, average: (N, H, W), the patient's and the average unimpaired participant's, at MNI y_mm.
    """
    pixels = torch.from_numpy(slices.copy()).requires_grad_(True)
    with torch.inference_mode(False), torch.enable_grad():
        (gradient,) = torch.autograd.grad(log_odds_of_slices(network, branch, pixels, y_mm), pixels)
    found: NDArray[np.float32] = gradient.numpy() * (slices - average)
    return found
