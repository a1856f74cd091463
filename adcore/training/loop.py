"""The one training loop: gradient steps with a schedule, checkpoints to resume from, and progress."""

import logging
from collections.abc import Callable
from typing import Protocol

from torch import Tensor, nn
from torch.optim import Optimizer

from adcore.cohorts.progress import with_progress
from adcore.training.checkpoint import Checkpoint
from adcore.training.distributed import is_chief

GRADIENT_LIMIT = 5.0
"""Largest norm of a clipped network's gradient."""

logger = logging.getLogger(__name__)


class Schedule(Protocol):
    """A learning rate schedule of torch."""

    def step(self) -> object:
        """Go on to the next learning rate."""


def take_steps(
    steps: int,
    loss_of: Callable[[int], Tensor],
    optimiser: Optimizer,
    *,
    schedule: Schedule | None = None,
    schedule_every: int = 1,
    clip: nn.Module | None = None,
    after_step: Callable[[], object] | None = None,
    checkpoint: Checkpoint | None = None,
    name: str | None = None,
) -> None:
    """Minimise a loss, beginning where the checkpoint ends.

    Args:
        steps: in all, those before the checkpoint included.
        loss_of: draws the batch of a step, counted from 0, and gives its loss.
        schedule, schedule_every: moved on after every so many steps.
        clip: the module whose gradient is held to GRADIENT_LIMIT; none where None.
        after_step: called when the weights have changed.
        checkpoint: where the training is kept, by the first process only; nowhere where None.
        name: shown beside the progress; no progress where None.
    """
    done = checkpoint.resume() if checkpoint is not None else 0
    losses: list[float] = []
    for step in with_progress(range(done, steps), name, steps, done) if name else range(done, steps):
        loss = loss_of(step)
        optimiser.zero_grad()
        loss.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(clip.parameters(), GRADIENT_LIMIT)
        optimiser.step()
        if schedule is not None and (step + 1) % schedule_every == 0:
            schedule.step()
        if after_step is not None:
            after_step()
        if checkpoint is None or not is_chief():
            continue
        losses.append(float(loss.detach()))
        if (step + 1) % checkpoint.every == 0 or step + 1 == steps:
            logger.info("%s, step %d of %d: mean loss %.3f", name, step + 1, steps, sum(losses) / len(losses))
            losses.clear()
            checkpoint.keep(step + 1)
