"""Training of the clinical branches and their fusion on the vectors of two image branches."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.networks.clinical_mlp import MMSE
from adcore.networks.late_fusion import MEMBERS, FusionMember, log_odds_of
from adcore.training.loop import take_steps

FALL = 0.05
"""Log-odds by which planted atrophy may lower an answer: 0.01 of a probability of one half."""


@dataclass(frozen=True)
class FuseConfig:
    """Settings of clinical branches and fusion. Training takes a fixed time: too few participants are left for early stopping.

    Attributes:
        learning_rate: falls along a cosine to 0.
        drop_field, drop_mmse, drop_record, drop_scan: probabilities of hiding one field, MMSE, every field, the scan, drawn
            anew for each participant and epoch, so that any of them may be missing at the bedside.
        fall_weight: of the mean fall of the log-odds under planted atrophy, beyond FALL, beside the cross-entropy. It and the
            weight decay were chosen by out-of-fold figures and by what still falls in the heads that are planted into.
    """

    epochs: int = 100
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 1.0
    label_smoothing: float = 0.05
    drop_field: float = 0.2
    drop_mmse: float = 0.5
    drop_record: float = 0.2
    drop_scan: float = 0.15
    fall_weight: float = 4.0


@dataclass(frozen=True, eq=False)
class FusionData:
    """What the fusion is trained on.

    Attributes:
        images: (V, S, IMAGE_VECTOR), image vectors of the training participants' slices as they are, then of changed copies.
        values, known: coded clinical fields (S, F).
        labels: (S,) impaired or not.
        planted: (P, IMAGE_VECTOR), changes of image vectors by planted atrophy, under which no answer should fall; or None.
    """

    images: Tensor
    values: Tensor
    known: Tensor
    labels: NDArray[np.bool_]
    planted: Tensor | None = None


def fuse(data: FusionData, config: FuseConfig, seed: int) -> nn.ModuleList:
    """Train MEMBERS clinical branches with their fusion, which differ in their seeds only."""
    return nn.ModuleList(_member(data, config, seed + number) for number in range(MEMBERS))


def _member(data: FusionData, config: FuseConfig, seed: int) -> FusionMember:
    images, values, known, planted = data.images, data.values, data.known, data.planted
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    member = FusionMember(values.shape[1])
    member.fusion.centre.copy_(images[0].mean(dim=0))
    member.fusion.spread.copy_(images[0].std(dim=0) + 1e-6)
    optimiser = torch.optim.AdamW(member.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, config.epochs)
    target = torch.from_numpy(data.labels.astype(np.int64))
    batches = _batches(len(target), config, generator)

    def loss_of(_step: int) -> Tensor:
        rows = next(batches)
        filled = fill_unknown(values[rows], known[rows], values, known, generator)
        mask = _hide_fields(filled.shape, config, generator)
        has_scan = (torch.rand(len(rows), 1, generator=generator) >= config.drop_scan).float()
        vectors = images[torch.randint(len(images), (len(rows),), generator=generator), rows]
        fused, clinical = member(vectors, filled, mask, has_scan)
        of_fusion = F.cross_entropy(fused, target[rows], label_smoothing=config.label_smoothing)
        loss = of_fusion + F.cross_entropy(clinical, target[rows], label_smoothing=config.label_smoothing)
        if planted is None:
            return loss
        change = planted[torch.randint(len(planted), (len(rows),), generator=generator)]
        return loss + config.fall_weight * _mean_fall(member, vectors, change, filled, mask)

    member.train()
    batches_an_epoch = math.ceil(len(target) / config.batch)
    take_steps(config.epochs * batches_an_epoch, loss_of, optimiser, schedule=schedule, schedule_every=batches_an_epoch)
    return member.eval().requires_grad_(False)


def _mean_fall(member: FusionMember, images: Tensor, change: Tensor, values: Tensor, known: Tensor) -> Tensor:
    """How far a change of the participants' image vectors (B, IMAGE_VECTOR) lowers their log-odds beyond FALL, on average.

    The change is one that planted atrophy made in another head: where the participants stand, too, it may not reassure.
    """
    member.eval()  # what dropout leaves out would differ between before and after
    scan = torch.ones(len(values), 1)
    before, after = (log_odds_of(member(one, values, known, scan)[0]) for one in (images, images + change))
    member.train()
    return F.relu(before - after - FALL).mean()


def _batches(count: int, config: FuseConfig, generator: torch.Generator) -> Iterator[Tensor]:
    """Rows of each batch: everyone once an epoch, in an order of the epoch's own."""
    for _ in range(config.epochs):
        yield from torch.randperm(count, generator=generator).split(config.batch)


def fill_unknown(values: Tensor, known: Tensor, pool_values: Tensor, pool_known: Tensor, generator: torch.Generator) -> Tensor:
    """Replace naturally unknown fields by those of random participants of the pool.

    In OASIS-1 13 of the 14 labelled participants without a socio-economic status are impaired: that a field is unknown
    would itself give the label away. After this step only the random hiding of training makes a field unknown.

    Args:
        values, known: (B, F); pool_values, pool_known: (P, F).
    Returns:
        (B, F); a field that is unknown for the whole pool stays 0.
    """
    filled = values.clone()
    for column in range(values.shape[1]):
        gaps = (known[:, column] == 0).nonzero().squeeze(1)
        donors = (pool_known[:, column] == 1).nonzero().squeeze(1)
        if len(gaps) and len(donors):
            chosen = donors[torch.randint(len(donors), (len(gaps),), generator=generator)]
            filled[gaps, column] = pool_values[chosen, column]
    return filled


def _hide_fields(shape: torch.Size, config: FuseConfig, generator: torch.Generator) -> Tensor:
    hide = torch.full(shape, config.drop_field)
    hide[:, MMSE] = config.drop_mmse
    kept = (torch.rand(shape, generator=generator) >= hide).float()
    return kept * (torch.rand(shape[0], 1, generator=generator) >= config.drop_record).float()


def masks_by_inputs(known: Tensor) -> dict[str, Tensor]:
    """The sets of inputs that results are reported for: masks (B, F) for "images", "no_mmse" and "all"."""
    no_mmse = known.clone()
    no_mmse[:, MMSE] = 0
    return {"images": torch.zeros_like(known), "no_mmse": no_mmse, "all": known}
