"""Networks of which something learned was taken away, which a saliency map has to notice (Adebayo 2018)."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.networks.image_branch import ImageBranch
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures
from adcore.networks.reference_maps import ReferenceMaps
from adcore.training.heads import HeadConfig, fit_head
from adcore.training.release.reference_maps import project_cohort

LABELS, HEAD, POOLING, BLOCK = "labels shuffled", "head", "and pooling", "and last block"
"""Heads learned from shuffled labels; then weights shuffled from the top down, each level with all before."""

WEAKENED = (LABELS, HEAD, POOLING, BLOCK)


@dataclass(frozen=True, eq=False)
class Weakened:
    """A network without some of what it learned, with its own reference."""

    name: str
    network: LateFusionNetwork
    reference: ReferenceMaps


def weakened_networks(
    network: LateFusionNetwork, features: ScanFeatures, labelled: Cohort, unimpaired: Cohort, seed: int
) -> tuple[Weakened, ...]:
    """One network for each of WEAKENED.

    Args:
        features: of the labelled participants.
        unimpaired: whose mean is the reference of each.
    """
    shuffled = np.random.default_rng(seed).permutation(labelled.impaired)
    relearned = copy.deepcopy(network)
    for branch in IMAGE_BRANCHES:
        _learn_head(relearned.image_branch(branch), network.image_vectors(features)[1][branch].vector.numpy(), shuffled, seed)
    networks = [relearned]
    for depth in range(1, len(WEAKENED)):
        cut = copy.deepcopy(network)
        torch.manual_seed(seed)
        for branch in IMAGE_BRANCHES:
            for module in _from_the_top(cut.image_branch(branch))[:depth]:
                _shuffle(module)
        networks.append(cut)
    return tuple(Weakened(name, one, _reference(one, unimpaired)) for name, one in zip(WEAKENED, networks, strict=True))


def _from_the_top(branch: ImageBranch) -> tuple[nn.Module, ...]:
    pooling = branch.pooling
    return pooling.head, nn.ModuleList([pooling.attention, pooling.project]), branch.backbone.last_block


@torch.no_grad()
def _shuffle(module: nn.Module) -> None:
    """Put the entries of each of its weights into another order: their distribution stays, what they say goes."""
    for weights in module.parameters():
        weights.copy_(weights.flatten()[torch.randperm(weights.numel())].view_as(weights))


@torch.no_grad()
def _learn_head(branch: ImageBranch, vectors: NDArray[np.float32], labels: NDArray[np.bool_], seed: int) -> None:
    weight, bias = fit_head(vectors, labels, HeadConfig(), seed)
    branch.pooling.head.weight.copy_(weight)
    branch.pooling.head.bias.copy_(bias)


def _reference(network: LateFusionNetwork, unimpaired: Cohort) -> ReferenceMaps:
    maps = {branch: seen.mean(dim=0) for branch, seen in project_cohort(network, unimpaired).items()}
    return ReferenceMaps(maps, torch.from_numpy(unimpaired.slices.mean(axis=0)))
