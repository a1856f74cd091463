"""How reliable the saliency maps of one case are: three checks that need no further pass over the scan.

Whether saliency lies inside the brain; whether both networks place it in the same structures; and whether the answer falls
when the map's strongest cells are deleted (Petsiuk 2018, here in the network's last feature maps, where nothing has to be filled
in). All three can hold for a wrong answer: they say whether a map shows what the network used.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.explanation import Quality, QualityCheck, RegionSaliency, StructureSaliency
from adcore.explain.sides import outside_brain
from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import log_odds_of
from adcore.words import percent

DELETED = 0.1
"""Share of a map's cells that are deleted."""

DRAWS = 200
"""Random deletions of as many cells; the map's own has to exceed 95% of them."""

OUTSIDE_LIMIT = 0.5
"""Relative to the share of a uniform map outside the brain; set by judgement."""

OVERLAP_LIMIT = 0.5
"""Lowest share of saliency in the same structures; set by judgement."""


def check_maps(
    branches: dict[Branch, ImageBranch],
    maps: dict[Branch, Tensor],
    saliency: dict[Branch, NDArray[np.float32]],
    regions: Sequence[RegionSaliency],
    structures: Sequence[StructureSaliency],
) -> Quality:
    """Check the maps of one case.

    Args:
        maps: (N, C, h, w) by branch, the last feature maps of the slices.
        saliency: (N, h, w) by branch, raw Grad-CAM of them.
        regions, structures: shares of positive saliency, of both networks.
    """
    positive = [branch for branch in IMAGE_BRANCHES if (saliency[branch] > 0).any()]
    checks = [_inside(branch, structures) for branch in positive]
    checks += [_deletion(branch, branches[branch], maps[branch], saliency[branch]) for branch in positive]
    if len(positive) == len(IMAGE_BRANCHES):
        checks.append(_overlap(regions))
    return Quality(tuple(checks))


def _inside(branch: Branch, structures: Sequence[StructureSaliency]) -> QualityCheck:
    outside = outside_brain(row for row in structures if row.branch == branch.value)
    value, even = (outside.share, outside.even) if outside else (0.0, 0.0)
    limit = OUTSIDE_LIMIT * even
    sentence = f"{branch.label}: {percent(value, 1)} of the saliency lies outside the brain"
    sentence += f"; for a uniform map it would be {percent(even)}." if outside else "."
    return QualityCheck("inside the brain", branch.value, value, limit, value <= limit, sentence)


@torch.inference_mode()
def _deletion(branch: Branch, network: ImageBranch, maps: Tensor, saliency: NDArray[np.float32]) -> QualityCheck:
    slices, cells = saliency.shape[0], saliency[0].size
    count = max(1, round(DELETED * slices * cells))
    rng = np.random.default_rng(0)
    chosen = np.zeros((1 + DRAWS, slices * cells), np.float32)
    chosen[0, np.argsort(-saliency.ravel(), kind="stable")[:count]] = 1
    for row in chosen[1:]:
        row[rng.choice(row.size, count, replace=False)] = 1
    flat = maps.flatten(2)  # (N, C, cells)
    kept = 1 - torch.from_numpy(chosen).view(-1, slices, cells)
    means = torch.einsum("rnp,ncp->rnc", kept, flat) / kept.sum(2, keepdim=True).clamp(min=1)
    margins = log_odds_of(network.pooling(means).logits)
    whole = log_odds_of(network.pooling(flat.mean(2).unsqueeze(0)).logits[0])
    drops = (whole - margins).numpy()
    value, limit = float(drops[0]), float(np.quantile(drops[1:], 0.95))
    sentence = (
        f"{branch.label}: deleting the strongest {percent(DELETED)} of its map changes its log-odds, before calibration, by "
        f"{-value:+.2f}; 95 of 100 random deletions of the same size lower them by at most {max(limit, 0):.2f}."
    )
    return QualityCheck("deletion lowers the answer", branch.value, value, limit, value > limit, sentence)


def _overlap(regions: Sequence[RegionSaliency]) -> QualityCheck:
    first, second = ({row.region: row.share for row in regions if row.branch == branch.value} for branch in IMAGE_BRANCHES)
    overlap = sum(min(share, second.get(region, 0.0)) for region, share in first.items())
    sentence = f"Both networks place {percent(overlap)} of their saliency in the same structures."
    return QualityCheck("networks agree on structures", None, overlap, OVERLAP_LIMIT, overlap >= OVERLAP_LIMIT, sentence)
