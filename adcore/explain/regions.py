"""How a network's positive evidence spreads: left, right, and outside the brain's outline."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from adcore.branches import Branch
from adcore.explain.explanation import RegionEvidence
from adcore.prepare.planes import PlaneConfig, plane_mask, plane_points

LEFT, RIGHT, OUTSIDE = "left hemisphere", "right hemisphere", "outside the brain"


def evidence_by_side(branch: Branch, maps: NDArray[np.float32], config: PlaneConfig) -> tuple[RegionEvidence, ...]:
    """Shares of positive evidence in the planes' left half, right half, and outside the fixed brain outline.

    Args:
        maps: (N, h, w), raw, at the network's own resolution.
    Returns:
        Three shares that sum to 1, or all 0 where nothing speaks for impairment.
    """
    size = (config.size, config.size)
    fine = F.interpolate(torch.from_numpy(maps).unsqueeze(1), size=size, mode="bilinear", align_corners=False)[:, 0].numpy()
    positive = np.maximum(fine, 0)
    inside = plane_mask(config)
    left = plane_points(config)[..., 0] < 0
    total = float(positive.sum())
    places = {LEFT: inside & left, RIGHT: inside & ~left, OUTSIDE: ~inside}
    return tuple(
        RegionEvidence(branch.value, name, float(positive[place].sum()) / total if total else 0.0)
        for name, place in places.items()
    )
