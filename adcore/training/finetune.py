"""Fine-tuning of one image branch on CDR: the pooling and its head from scratch, then the last block at a low rate."""

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.branches import Branch
from adcore.networks.backbones import FEATURES
from adcore.networks.image_branch import VECTOR, PlanePooling
from adcore.training.early_stopping import EarlyStopping
from adcore.training.stem_cache import StemCache, plane_means

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FinetuneConfig:
    """How an image branch learns from labels: first the new pooling on frozen features, then the last block with it.

    Attributes:
        head_epochs, head_patience: of the first phase, which costs seconds; patience counts epochs without a better inner
            validation loss.
        block_epochs, block_patience: of the second.
        planes: planes drawn from a person in each step of the second phase; at test all are read.
        block_rate, head_rate: AdamW learning rates of the last block and of what is new.
        label_smoothing: as in Szegedy 2016; CDR 0.5 is a soft border.
        auxiliary: weight of predicting age and nWBV from the same vector, which keeps it anatomical.
        variants: augmented copies of each plane held in memory.
    """

    head_epochs: int = 200
    head_patience: int = 40
    block_epochs: int = 12
    block_patience: int = 4
    planes: int = 3
    batch: int = 12
    block_rate: float = 1e-4
    head_rate: float = 3e-3
    weight_decay: float = 5e-2
    label_smoothing: float = 0.05
    auxiliary: float = 0.3
    variants: int = 2


@dataclass(frozen=True, eq=False)
class Targets:
    """What people teach: impaired or not (S,) as 0 or 1, and standardised age and nWBV (S, 2)."""

    impaired: Tensor
    anatomy: Tensor


@dataclass(frozen=True, eq=False)
class TunedBranch:
    """A fine-tuned last block with its pooling, at its best inner validation loss, and that of the first phase alone."""

    last_block: nn.Module
    pooling: PlanePooling
    best_loss: float
    head_loss: float


def finetune(
    branch: Branch,
    last_block: nn.Module,
    cache: StemCache,
    targets: Targets,
    fit: NDArray[np.intp],
    stop: NDArray[np.intp],
    config: FinetuneConfig,
    seed: int,
) -> TunedBranch:
    """Train on some people, stop on others.

    Args:
        last_block: the pretrained block; left as it is.
        fit, stop: rows of the cache; disjoint.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    block, pooling = copy.deepcopy(last_block).eval(), PlanePooling(FEATURES[branch])
    anatomy_head = nn.Linear(VECTOR, 2)
    new = [*pooling.parameters(), *anatomy_head.parameters()]
    rows_stop = torch.from_numpy(stop)

    def learn(optimiser: torch.optim.Optimizer, draw: Callable[[Tensor], Tensor]) -> None:
        pooling.train()  # the block stays in evaluation mode: batches are too small for running statistics
        for rows in torch.from_numpy(fit)[torch.randperm(len(fit), generator=generator)].split(config.batch):
            output = pooling(draw(rows))
            loss = F.cross_entropy(output.logits, targets.impaired[rows], label_smoothing=config.label_smoothing)
            loss = loss + config.auxiliary * F.smooth_l1_loss(anatomy_head(output.vector), targets.anatomy[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    @torch.inference_mode()
    def stop_loss(means: Tensor) -> float:
        return float(F.cross_entropy(pooling.eval()(means).logits, targets.impaired[rows_stop]))

    def draw_means(rows: Tensor) -> Tensor:
        return cache.means[torch.randint(len(cache.means), (len(rows),), generator=generator), rows]

    def draw_maps(rows: Tensor) -> Tensor:
        maps = _draw(cache, rows, config.planes, generator)
        return cast(Tensor, block(maps.flatten(0, 1)).mean((2, 3)).unflatten(0, maps.shape[:2]))

    stopping = EarlyStopping(nn.ModuleDict({"block": block, "pooling": pooling}), config.head_patience)
    optimiser = torch.optim.AdamW(new, lr=config.head_rate, weight_decay=config.weight_decay)
    for _ in range(config.head_epochs):
        learn(optimiser, draw_means)
        if stopping.stop_after(stop_loss(cache.means[0][rows_stop])):
            break
    stopping.restore_best()
    head_loss = stopping.best
    stopping.begin_again(config.block_patience)
    groups = [{"params": block.parameters(), "lr": config.block_rate}, {"params": new, "lr": config.head_rate / 10}]
    optimiser = torch.optim.AdamW(groups, weight_decay=config.weight_decay)
    for _ in range(config.block_epochs):
        learn(optimiser, draw_maps)
        if stopping.stop_after(stop_loss(plane_means(block, cache.plain[rows_stop]))):
            break
    stopping.restore_best()
    logger.info("%s inner validation loss %.4f, with the last block %.4f", branch, head_loss, stopping.best)
    return TunedBranch(block, pooling.eval(), stopping.best, head_loss)


def _draw(cache: StemCache, rows: Tensor, planes: int, generator: torch.Generator) -> Tensor:
    variants, _, count = cache.changed.shape[:3]
    variant = torch.randint(variants, (len(rows), planes), generator=generator)
    plane = torch.rand(len(rows), count, generator=generator).argsort(dim=1)[:, :planes]
    return cache.changed[variant, rows.unsqueeze(1), plane].float()
