"""Distribution of a network's positive saliency over the brain's structures and outside the brain."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from adcore.answer.prediction import Branch
from adcore.explain.explanation import RegionSaliency
from adcore.prepare.segmentation.structures import CLASSES, OUTSIDE, STRUCTURES
from adcore.prepare.slices import SliceConfig

OUTSIDE_NAME = "outside the brain"


def saliency_by_region(
    branch: Branch, maps: NDArray[np.float32], structures: NDArray[np.uint8], config: SliceConfig
) -> tuple[RegionSaliency, ...]:
    """Shares of positive saliency in each structure on the slices, and outside the brain.

    A map's cell is far larger than a hippocampus: its saliency is spread evenly over the structures beneath it.

    Args:
        maps: (N, h, w), raw, at the network's own resolution.
        structures: uint8 (N, H, W), the class of each pixel of the slices.
    Returns:
        shares that sum to 1, largest first; empty without positive saliency.
    """
    size = (config.size, config.size)
    fine = F.interpolate(torch.from_numpy(maps).unsqueeze(1), size=size, mode="nearest")[:, 0].numpy()
    positive = np.maximum(fine, 0)
    total = float(positive.sum())
    if not total:
        return ()
    sums = np.bincount(structures.ravel(), weights=positive.ravel(), minlength=CLASSES) / total
    names = [OUTSIDE_NAME if label == OUTSIDE else STRUCTURES[label - 1].name for label in range(CLASSES)]
    shares = [RegionSaliency(branch.value, name, float(share)) for name, share in zip(names, sums, strict=True) if share > 0]
    return tuple(sorted(shares, key=lambda region: -region.share))
