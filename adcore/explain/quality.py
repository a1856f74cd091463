"""How reliable the Grad-CAM maps of one case are: checks that need no further pass over the scan.

Whether a map is this patient's, or nearly that of the average unimpaired participant; and whether both networks place saliency in
the same structures. Both can hold for a wrong answer. Whether a map names the pixels that matter is tested on demand, in
adcore.explain.deletion.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import QualityCheck, RegionSaliency
from adcore.explain.relative import relative_of_projected
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.networks.reference_maps import ReferenceMaps
from adcore.words import percent

ALIKE_LIMIT = 0.7
"""Highest correlation with the average participant's map: from there on, half of a map's variance is that of everybody's."""

OVERLAP_LIMIT = 0.5
"""Lowest share of saliency in the same structures; set by judgement."""


def check_gradcam(
    network: LateFusionNetwork,
    saliency: dict[Branch, NDArray[np.float32]],
    regions: Sequence[RegionSaliency],
    reference: ReferenceMaps | None,
) -> tuple[QualityCheck, ...]:
    """Check the Grad-CAM maps of one case; a network without positive saliency is not checked.

    Args:
        saliency: (N, h, w) by branch, raw.
        regions: shares of positive saliency, of both networks.
        reference: the average unimpaired participant's last maps, where the model has them.
    """
    positive = [branch for branch in IMAGE_BRANCHES if (saliency[branch] > 0).any()]
    checks = []
    if reference is not None:
        for branch in positive:
            seen = reference.maps[branch]
            average = relative_of_projected(network.image_branch(branch), seen, torch.zeros_like(seen), steps=0)
            checks.append(_own(branch, saliency[branch], np.maximum(average, 0)))  # relative to nothing: its own Grad-CAM
    if len(positive) == len(IMAGE_BRANCHES):
        checks.append(_overlap(regions))
    return tuple(checks)


def _own(branch: Branch, saliency: NDArray[np.float32], average: NDArray[np.float32]) -> QualityCheck:
    spread = bool(saliency.std() > 0 and average.std() > 0)
    alike = float(np.corrcoef(saliency.ravel(), average.ravel())[0, 1]) if spread else 0.0
    sentence = (
        f"{branch.label}: the correlation of its map with that of the average unimpaired participant is {alike:.2f}; from "
        f"{ALIKE_LIMIT:g} on it shows mostly what every head has."
    )
    return QualityCheck("differs from the average", branch.value, alike, ALIKE_LIMIT, alike < ALIKE_LIMIT, sentence)


def _overlap(regions: Sequence[RegionSaliency]) -> QualityCheck:
    first, second = ({row.region: row.share for row in regions if row.branch == branch.value} for branch in IMAGE_BRANCHES)
    overlap = sum(min(share, second.get(region, 0.0)) for region, share in first.items())
    sentence = f"Both networks place {percent(overlap)} of their saliency in the same structures."
    return QualityCheck("networks agree on structures", None, overlap, OVERLAP_LIMIT, overlap >= OVERLAP_LIMIT, sentence)
