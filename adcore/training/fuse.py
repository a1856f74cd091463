"""Training of the clinical branch and the fusion on the vectors of two fine-tuned image branches."""

import logging
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.networks.clinical_mlp import MMSE, ClinicalMLP
from adcore.networks.late_fusion import FusionHead
from adcore.training.early_stopping import EarlyStopping

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FuseConfig:
    """How clinical branch and fusion are trained.

    Attributes:
        drop_field, drop_mmse, drop_record, drop_scan: probabilities of hiding one field, MMSE, every field, the scan, drawn
            anew for each person and epoch, so that any of them may be missing at the bedside.
    """

    epochs: int = 300
    patience: int = 40
    batch: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 5e-2
    label_smoothing: float = 0.05
    drop_field: float = 0.2
    drop_mmse: float = 0.5
    drop_record: float = 0.15
    drop_scan: float = 0.1


@dataclass(frozen=True, eq=False)
class FusedPart:
    """The trained clinical branch and fusion head."""

    clinical: ClinicalMLP
    fusion: FusionHead
    best_loss: float


def fuse(
    images: Tensor,
    values: Tensor,
    known: Tensor,
    labels: NDArray[np.bool_],
    fit: NDArray[np.intp],
    stop: NDArray[np.intp],
    config: FuseConfig,
    seed: int,
) -> FusedPart:
    """Train on some people, stop on others.

    Args:
        images: (V, S, 2 * VECTOR), branch vectors of the plain planes first, then of augmented copies.
        values, known: coded clinical fields (S, F).
        labels: (S,) impaired or not.
        fit, stop: rows; disjoint.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    clinical, fusion = ClinicalMLP(), FusionHead()
    both = nn.ModuleDict({"clinical": clinical, "fusion": fusion})
    optimiser = torch.optim.AdamW(both.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    target = torch.from_numpy(labels.astype(np.int64))
    stopping = EarlyStopping(both, config.patience)
    rows_fit = torch.from_numpy(fit)
    for _ in range(config.epochs):
        both.train()
        for rows in rows_fit[torch.randperm(len(fit), generator=generator)].split(config.batch):
            filled = fill_unknown(values[rows], known[rows], values[rows_fit], known[rows_fit], generator)
            mask = _hide_fields(filled.shape, config, generator)
            has_scan = (torch.rand(len(rows), 1, generator=generator) >= config.drop_scan).float()
            vectors = images[torch.randint(len(images), (len(rows),), generator=generator), rows]
            vector, clinical_logits = clinical(filled, mask)
            loss = F.cross_entropy(fusion(vectors, vector, has_scan), target[rows], label_smoothing=config.label_smoothing)
            loss = loss + F.cross_entropy(clinical_logits, target[rows], label_smoothing=config.label_smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        if stopping.stop_after(_validation_loss(both, images[0], values, known, target, stop)):
            break
    stopping.restore_best()
    logger.info("fusion: inner validation loss %.4f", stopping.best)
    return FusedPart(clinical.eval(), fusion.eval(), stopping.best)


def fill_unknown(values: Tensor, known: Tensor, pool_values: Tensor, pool_known: Tensor, generator: torch.Generator) -> Tensor:
    """Replace naturally unknown fields by those of random people of the pool.

    In OASIS-1 13 of the 14 labelled people without a socio-economic status are impaired: that a field is unknown would
    itself give the label away. After this step only the random hiding of training makes a field unknown.

    Args:
        values, known: (B, F); pool_values, pool_known: (P, F).
    Returns:
        (B, F); a field that nobody in the pool knows stays 0.
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


@torch.inference_mode()
def _validation_loss(
    both: nn.ModuleDict, images: Tensor, values: Tensor, known: Tensor, target: Tensor, rows: NDArray[np.intp]
) -> float:
    """Mean cross-entropy of the fusion over images alone, without MMSE, and with everything, plus the clinical branch's."""
    both.eval()
    has_scan = torch.ones(len(rows), 1)
    losses = []
    for mask in masks_by_inputs(known[rows]).values():
        vector, logits = both["clinical"](values[rows], mask)
        losses.append(F.cross_entropy(both["fusion"](images[rows], vector, has_scan), target[rows]))
    losses.append(F.cross_entropy(logits, target[rows]))
    return float(torch.stack(losses).mean())


def masks_by_inputs(known: Tensor) -> dict[str, Tensor]:
    """The three ways results are reported: masks (B, F) for "images", "no_mmse" and "all"."""
    no_mmse = known.clone()
    no_mmse[:, MMSE] = 0
    return {"images": torch.zeros_like(known), "no_mmse": no_mmse, "all": known}
