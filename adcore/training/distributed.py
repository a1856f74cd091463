"""Training on several processes: each draws its own batches, and gradients are averaged. In a single process nothing changes."""

import os
from typing import cast

from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


def begin() -> None:
    """Join the other processes where torchrun started this one; they talk through gloo, since training runs on CPUs."""
    if "RANK" in os.environ and not distributed.is_initialized():
        distributed.init_process_group("gloo")


def end() -> None:
    """Leave the other processes."""
    if distributed.is_initialized():
        distributed.destroy_process_group()


def is_chief() -> bool:
    """Whether this process writes checkpoints and results."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


def share(network: nn.Module) -> nn.Module:
    """The network with its gradients averaged over all processes."""
    return cast(nn.Module, DistributedDataParallel(network)) if distributed.is_initialized() else network


def draw_seed(seed: int, step: int) -> int:
    """The seed of this step in this process, so that a resumed run draws the same as an uninterrupted one."""
    rank, world = (distributed.get_rank(), distributed.get_world_size()) if distributed.is_initialized() else (0, 1)
    return seed + step * world + rank
