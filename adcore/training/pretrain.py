"""Pretraining of one convolutional network on what a scan tells by itself: age, sex and brain volumes.

Only people without a label take part, so nobody who is later tested has been seen here.
"""

import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from adcore.branches import Branch
from adcore.cohorts.cohort import Cohort
from adcore.networks.backbones import FEATURES, Backbone
from adcore.training.augment import Augmentation, augment
from adcore.training.checkpoint import load_checkpoint, save_checkpoint

logger = logging.getLogger(__name__)

TARGETS = ("age_years", "nwbv", "etiv_cm3", "sex")


@dataclass(frozen=True)
class PretrainConfig:
    """How one network is pretrained.

    Attributes:
        epochs: passes at each of `sizes`; small planes first, because they cost a third.
        sizes: rows and columns of the planes in each phase.
        planes_per_session: planes drawn from each session and epoch.
        learning_rate: peak of a one-cycle schedule (Smith and Topin 2019).
    """

    sizes: tuple[int, ...] = (72, 112)
    epochs: tuple[int, ...] = (24, 8)
    planes_per_session: int = 2
    batch: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    seed: int = 20260101
    augmentation: Augmentation = Augmentation()


def pretraining_targets(cohort: Cohort) -> NDArray[np.float32]:
    """Standardised age, nWBV and eTIV, and sex as 0 or 1 for male; (S, 4)."""
    columns = []
    for name in TARGETS[:3]:
        values = cohort.table[name].to_numpy(dtype=np.float64)
        columns.append((values - values.mean()) / values.std())
    columns.append((cohort.table["sex"] == "M").to_numpy(dtype=np.float64))
    return np.stack(columns, axis=1).astype(np.float32)


def pretrain(branch: Branch, cohort: Cohort, mask: NDArray[np.bool_], config: PretrainConfig, folder: Path) -> Backbone:
    """Train a backbone, or go on from the last finished epoch.

    Args:
        cohort: people without a label only.
        mask: (N, H, W), the fixed outline.
        folder: where `pretrain-<branch>.pt` is kept.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = Backbone(branch)
    head = nn.Linear(FEATURES[branch], len(TARGETS))
    optimiser = torch.optim.AdamW(
        [*network.parameters(), *head.parameters()], lr=config.learning_rate, weight_decay=config.weight_decay
    )
    draws = len(cohort) * config.planes_per_session
    steps = -(-draws // config.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.learning_rate, total_steps=steps * sum(config.epochs))
    path = folder / f"pretrain-{branch.value}.pt"
    parts: dict[str, Any] = {"network": network, "head": head, "optimiser": optimiser, "schedule": schedule}
    state = load_checkpoint(path)
    done = 0
    signature = repr((asdict(config), cohort.digest))
    if state and state["signature"] == signature:
        for name, part in parts.items():
            part.load_state_dict(state[name])
        generator.set_state(state["generator"])
        done = state["epoch"]
    planes = torch.from_numpy(cohort.planes)
    outline = torch.from_numpy(mask.copy())
    targets = torch.from_numpy(pretraining_targets(cohort))
    sizes = [size for size, count in zip(config.sizes, config.epochs, strict=True) for _ in range(count)]
    network.train()
    for epoch in range(done, len(sizes)):
        order = torch.randperm(draws, generator=generator) % len(cohort)
        total = 0.0
        for rows in tqdm(
            order.split(config.batch),
            desc=f"{branch} {epoch + 1}/{len(sizes)} at {sizes[epoch]} px",
            leave=False,
            disable=None,
        ):
            which = torch.randint(planes.shape[1], (len(rows),), generator=generator)
            images = augment(
                planes[rows, which].unsqueeze(1),
                outline[which].unsqueeze(1),
                config.augmentation,
                generator,
                sizes[epoch],
            )
            loss = _loss(head(network(images).mean((2, 3))), targets[rows])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(rows)
        logger.info("%s epoch %d/%d loss %.4f", branch, epoch + 1, len(sizes), total / draws)
        states = {name: part.state_dict() for name, part in parts.items()}
        save_checkpoint(path, {**states, "generator": generator.get_state(), "epoch": epoch + 1, "signature": signature})
    return network.eval()


def _loss(output: Tensor, targets: Tensor) -> Tensor:
    return F.smooth_l1_loss(output[:, :3], targets[:, :3]) + 0.3 * F.binary_cross_entropy_with_logits(output[:, 3], targets[:, 3])
