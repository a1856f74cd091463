"""Training of the structure network: constant learning rate with a falling end, averaged weights, resumable."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from monai.losses.dice import DiceCELoss
from monai.transforms.intensity.array import GaussianSmooth
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from adcore.prepare.segmentation.network import PRIOR_SHAPE, StructureNetwork
from adcore.prepare.segmentation.structures import CLASSES
from adcore.training.checkpoint import Checkpoint, Stateful
from adcore.training.loop import take_steps
from adcore.training.structures.augment import HeadAugmentation, HeadAugmenter
from adcore.training.structures.cases import Case

LEAST_PRIOR = 1e-3
"""Added to every class's share, so that no class is impossible anywhere."""

MAY_CHANGE = ("steps", "falling", "checkpoint_steps", "bfloat16")
"""Settings with which a checkpoint may be gone on from, though it was begun with others."""


@dataclass(frozen=True)
class StructuresConfig:
    """Settings of the structure network's training.

    Attributes:
        steps: scans seen, one a step.
        rising, falling: steps at the start and the end in which the learning rate goes up from and down to 0.
        averaging: decay of the exponential moving average of the weights; the average ships.
        checkpoint_steps: steps between checkpoints.
        fold: which fifth of the subjects is held out, 0 to 4.
        bfloat16: the network's products in bfloat16, the loss in float32: 1.6 times as fast on CPUs that have it.
    """

    steps: int = 3000
    rising: int = 50
    falling: int = 700
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    averaging: float = 0.99
    checkpoint_steps: int = 50
    fold: int = 0
    seed: int = 20260101
    bfloat16: bool = False
    augmentation: HeadAugmentation = HeadAugmentation()

    def rate(self, step: int) -> float:
        """Share of the learning rate at a step."""
        return min(1.0, (step + 1) / self.rising, max(0.0, (self.steps - step) / self.falling))


def fit_structures(
    cases: list[Case], config: StructuresConfig, path: Path, start: StructureNetwork | None = None
) -> StructureNetwork:
    """Train on labelled subjects, or resume from the last checkpoint.

    Args:
        cases: without the subjects held out.
        path: of the checkpoint, kept up to date. A `steps` longer than that of the checkpoint prolongs the constant part.
        start: a network whose weights and prior are gone on from; from nothing where None.
    Returns:
        the averaged network.
    """
    torch.manual_seed(config.seed)
    network = StructureNetwork()
    if start is None:
        network.log_prior.copy_(log_prior(cases))
    else:
        network.load_state_dict(start.state_dict())
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.averaging))
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    augmenter = HeadAugmenter(config.augmentation)
    criterion = DiceCELoss(to_onehot_y=True, softmax=True, include_background=False, batch=True)

    def loss_of(step: int) -> Tensor:
        for group in optimiser.param_groups:  # from the step alone, so that a longer run may resume a shorter one's checkpoint
            group["lr"] = config.learning_rate * config.rate(step)
        image, labels = augmenter.view(cases[_draw(len(cases), step, config.seed)], config.seed + step)
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bfloat16):
            logits = network(image[None])
        loss: Tensor = criterion(logits.float(), labels[None, None])
        return loss

    network.train()
    states: dict[str, Stateful] = {"network": network, "averaged": averaged, "optimiser": optimiser}
    take_steps(
        config.steps,
        loss_of,
        optimiser,
        clip=network,
        after_step=lambda: averaged.update_parameters(network),
        checkpoint=Checkpoint(path, _signature(cases, config), states, config.checkpoint_steps),
        name="structures",
    )
    network.load_state_dict(averaged.module.state_dict())
    return network.eval()


def log_prior(cases: list[Case]) -> Tensor:
    """Logarithm of how often each class lies where, (CLASSES, *PRIOR_SHAPE), smoothed by about the spread of placements."""
    augmenter = HeadAugmenter(HeadAugmentation())
    counts = torch.zeros(CLASSES, *PRIOR_SHAPE)
    for case in cases:
        _, labels = augmenter.plain(case)
        ones = functional.one_hot(labels, CLASSES).permute(3, 0, 1, 2).float()
        counts += functional.avg_pool3d(ones, 2)
    smooth = GaussianSmooth(sigma=1.0)(counts / len(cases))
    return (torch.as_tensor(smooth) + LEAST_PRIOR).log()


def _draw(count: int, step: int, seed: int) -> int:
    """The case of a step: every one once a round, in an order of the round's own."""
    turn, place = divmod(step, count)
    return int(torch.randperm(count, generator=torch.Generator().manual_seed(seed + turn))[place])


def _signature(cases: list[Case], config: StructuresConfig) -> str:
    settings = {name: value for name, value in asdict(config).items() if name not in MAY_CHANGE}
    return repr((settings, sorted(case.person for case in cases)))
