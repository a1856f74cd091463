"""Fine-tuning of one image branch on CDR: the last block at a low rate, the pooling and its head from scratch."""

import copy
import logging
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.branches import Branch
from adcore.networks.backbones import FEATURES
from adcore.networks.image_branch import VECTOR, BranchOutput, PlanePooling
from adcore.training.early_stopping import EarlyStopping
from adcore.training.stem_cache import StemCache

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FinetuneConfig:
    """How an image branch learns from labels.

    Attributes:
        planes: planes drawn from a person in each step; at test all are read.
        block_rate, head_rate: AdamW learning rates of the last block and of what is new.
        patience: epochs without a better inner validation loss before stopping.
        label_smoothing: as in Szegedy 2016; CDR 0.5 is a soft border.
        auxiliary: weight of predicting age and nWBV from the same vector, which keeps it anatomical.
        variants: augmented copies of each plane held in memory.
    """

    epochs: int = 12
    patience: int = 4
    planes: int = 3
    batch: int = 12
    block_rate: float = 5e-5
    head_rate: float = 1e-3
    weight_decay: float = 5e-2
    label_smoothing: float = 0.05
    auxiliary: float = 0.3
    variants: int = 3


@dataclass(frozen=True, eq=False)
class TunedBranch:
    """A fine-tuned last block with its pooling, at its best inner validation loss."""

    last_block: nn.Module
    pooling: PlanePooling
    best_loss: float
    epochs: int


def finetune(
    branch: Branch,
    last_block: nn.Module,
    cache: StemCache,
    labels: NDArray[np.bool_],
    anatomy: NDArray[np.float32],
    fit: NDArray[np.intp],
    validate: NDArray[np.intp],
    config: FinetuneConfig,
    seed: int,
) -> TunedBranch:
    """Train on some people, stop on others.

    Args:
        last_block: the pretrained block; left as it is.
        labels: (S,) impaired or not.
        anatomy: (S, 2) age and nWBV, standardised on the fit people.
        fit, validate: rows of the cache; disjoint.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    block, pooling = copy.deepcopy(last_block), PlanePooling(FEATURES[branch])
    anatomy_head = nn.Linear(VECTOR, 2)
    new = [*pooling.parameters(), *anatomy_head.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": block.parameters(), "lr": config.block_rate}, {"params": new, "lr": config.head_rate}],
        weight_decay=config.weight_decay,
    )
    target = torch.from_numpy(labels.astype(np.int64))
    anatomy_target = torch.from_numpy(anatomy)
    stopping = EarlyStopping(nn.ModuleDict({"block": block, "pooling": pooling}), config.patience)
    epochs = 0
    for epochs in range(1, config.epochs + 1):  # noqa: B007
        block.eval()  # running statistics stay those of pretraining: batches are too small and too alike
        pooling.train()
        for rows in torch.from_numpy(fit)[torch.randperm(len(fit), generator=generator)].split(config.batch):
            maps = _draw(cache, rows, config.planes, generator)
            output = pooling(block(maps.flatten(0, 1)).mean((2, 3)).unflatten(0, maps.shape[:2]))
            loss = F.cross_entropy(output.logits, target[rows], label_smoothing=config.label_smoothing)
            loss = loss + config.auxiliary * F.smooth_l1_loss(anatomy_head(output.vector), anatomy_target[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        outputs = branch_outputs(block, pooling, cache, validate)
        loss_now = float(F.cross_entropy(outputs.logits, target[validate]))
        if stopping.stop_after(loss_now):
            break
    stopping.restore_best()
    logger.info("%s fine-tuned for %d epochs, inner validation loss %.4f", branch, epochs, stopping.best)
    return TunedBranch(block.eval(), pooling.eval(), stopping.best, epochs)


@torch.inference_mode()
def plane_means(block: nn.Module, maps: Tensor) -> Tensor:
    """Spatial means (S, N, C) of the last maps, of stem maps (S, N, c, h, w)."""
    block.eval()
    return torch.stack([block(person.float()).mean((2, 3)) for person in maps])


@torch.inference_mode()
def branch_outputs(block: nn.Module, pooling: PlanePooling, cache: StemCache, rows: NDArray[np.intp]) -> BranchOutput:
    """What the branch says of people, from all their planes, unchanged."""
    pooling.eval()
    output: BranchOutput = pooling(plane_means(block, cache.plain[rows]))
    return output


def _draw(cache: StemCache, rows: Tensor, planes: int, generator: torch.Generator) -> Tensor:
    variants, _, count = cache.changed.shape[:3]
    variant = torch.randint(variants, (len(rows), planes), generator=generator)
    plane = torch.rand(len(rows), count, generator=generator).argsort(dim=1)[:, :planes]
    return cache.changed[variant, rows.unsqueeze(1), plane].float()
