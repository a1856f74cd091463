"""Pretraining of one convolutional network on anatomy: structure shares of every cell, age, sex and brain volumes.

Only participants without a label take part, so nobody who is tested later has been seen here.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from adcore.answer.prediction import Branch
from adcore.networks.backbones import FEATURES, Backbone
from adcore.networks.image_branch import VECTOR
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.training.augment import Augmentation, change_contrast, draw_grid, move, move_labels
from adcore.training.checkpoint import Checkpoint, Stateful
from adcore.training.distributed import draw_seed, share
from adcore.training.labelled_slices import FACTS, LabelledSlices
from adcore.training.loop import take_steps

MEASURED = tuple(one for one in SLICE_STRUCTURES if one not in ("outside", "amygdala", "brainstem and cerebellum"))
"""Structures whose shares are learned one by one; the others are "outside" and "the rest", the first two of the shares."""

SHARES = 2 + len(MEASURED)
assert SHARES + len(FACTS) == VECTOR


@dataclass(frozen=True)
class PretrainConfig:
    """Settings of one network's pretraining.

    Attributes:
        sizes: rows and columns of the slices in each phase; small ones first, because they cost half.
        steps: at each of `sizes`, of `batch` slices.
        learning_rate: peak of a one-cycle schedule (Smith and Topin 2019); the readout's is three times that.
        imagenet: start from torchvision's ImageNet weights, which are downloaded.
        cells, areas, facts: weights of the three losses.
        save_every: steps between checkpoints.
    """

    sizes: tuple[int, ...] = (80, 112)
    steps: tuple[int, ...] = (900, 300)
    batch: int = 16
    learning_rate: float = 5e-4
    weight_decay: float = 1e-2
    imagenet: bool = False
    cells: float = 0.5
    areas: float = 2.0
    facts: float = 0.5
    save_every: int = 100
    seed: int = 20260101
    augmentation: Augmentation = Augmentation()


@dataclass(frozen=True, eq=False)
class PretrainedBranch:
    """A backbone, and the readout (a Linear from its features' mean to VECTOR numbers) of the anatomy in standard units."""

    backbone: Backbone
    readout: nn.Linear


@dataclass(frozen=True, eq=False)
class AnatomySet:
    """The training data: slices as the networks read them, with their shares and facts in standard units.

    Attributes:
        channels: uint8 (P, 2, H, W), of labelled_slices.paint_all.
        facts: float32 (P, 4), standardised; sex as 0 or 1; NaN is unknown.
        weight: float32 (P,), by which slices are drawn.
        area_centre, area_spread: (SHARES,), mean and SD of a slice's shares.
        cell_spread: (SHARES,), SD of a cell's shares.
    """

    labelled: LabelledSlices
    channels: Tensor
    facts: Tensor
    weight: Tensor
    area_centre: Tensor
    area_spread: Tensor
    cell_spread: Tensor


def anatomy_set(labelled: LabelledSlices, channels: Tensor, core: tuple[int, ...], weight: Tensor) -> AnatomySet:
    """Standardise the targets.

    Args:
        core: T88 slices the networks read later; their slices give the areas' centre and spread.
        weight: (P,), by which slices are drawn.
    """
    known = ~labelled.facts.isnan()
    count = known.sum(dim=0).clamp_min(2)
    mean = labelled.facts.nansum(dim=0) / count
    spread = ((labelled.facts - mean) ** 2).nansum(dim=0).div(count - 1).sqrt().clamp_min(1e-6)
    mean[FACTS.index("sex")], spread[FACTS.index("sex")] = 0.0, 1.0
    cells = torch.cat([structure_shares(structures.unsqueeze(0), 7) for structures in labelled.structures])
    areas = cells.mean((2, 3))
    here = torch.tensor([labelled.config.t88_slices.index(number) for number in core])
    read = areas[torch.isin(labelled.place, here)]
    return AnatomySet(
        labelled,
        channels,
        (labelled.facts - mean) / spread,
        weight,
        read.mean(dim=0),
        read.std(dim=0).clamp_min(1e-4),
        cells.std((0, 2, 3)).clamp_min(1e-3),
    )


def structure_shares(structures: Tensor, cells: int) -> Tensor:
    """The share of each cell that each structure fills, (B, SHARES, cells, cells), of classes (B, H, W)."""
    table = torch.tensor([0] + [2 + MEASURED.index(name) if name in MEASURED else 1 for name in SLICE_STRUCTURES[1:]])
    return F.adaptive_avg_pool2d(F.one_hot(table[structures.long()], SHARES).movedim(-1, 1).float(), cells)


def pretrain(
    branch: Branch, anatomy: AnatomySet, config: PretrainConfig, folder: Path, start: PretrainedBranch | None = None
) -> PretrainedBranch:
    """Train a backbone with its readout, or resume from the last checkpoint in `pretrain-<branch>.pt`.

    Under torchrun every process draws its own slices and gradients are averaged (adcore.training.distributed).

    Args:
        start: weights to begin with; where None they are drawn at random, or ImageNet's if the config says so.
    """
    torch.manual_seed(config.seed)
    network = Backbone(branch, config.imagenet)
    learner = _Learner(network, nn.Linear(FEATURES[branch], VECTOR))
    nn.init.zeros_(learner.readout.bias)
    if start is not None:
        network.load_state_dict(start.backbone.state_dict())
        learner.readout.load_state_dict(start.readout.state_dict())
    rates = [config.learning_rate, 3 * config.learning_rate]
    groups = [{"params": module.parameters(), "lr": rate} for module, rate in zip(learner.children(), rates, strict=True)]
    optimiser = torch.optim.AdamW(groups, weight_decay=config.weight_decay)
    total = sum(config.steps)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=total, pct_start=0.15)
    sizes = [size for size, count in zip(config.sizes, config.steps, strict=True) for _ in range(count)]
    shared = share(learner)

    def loss_of(step: int) -> Tensor:
        generator = torch.Generator().manual_seed(draw_seed(config.seed, step))
        images, structures, facts = draw(anatomy, config, sizes[step], generator)
        cells, areas = shared(images)
        return anatomy_loss(cells, areas, structure_shares(structures, cells.shape[-1]), facts, anatomy, config)

    learner.train()
    signature = repr((asdict(config), len(anatomy.weight), sorted(set(anatomy.labelled.participants)), start is None))
    states: dict[str, Stateful] = {"learner": learner, "optimiser": optimiser, "schedule": schedule}
    checkpoint = Checkpoint(folder / f"pretrain-{branch.value}.pt", signature, states, config.save_every)
    take_steps(total, loss_of, optimiser, schedule=schedule, clip=network, checkpoint=checkpoint, name=branch.label)
    return PretrainedBranch(network.eval(), learner.readout.eval())


class _Learner(nn.Module):
    """A backbone whose every cell is read out."""

    def __init__(self, backbone: Backbone, readout: nn.Linear):
        super().__init__()
        self.backbone = backbone
        self.readout = readout

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Read out the anatomy of cells, (B, VECTOR, h, w), and their mean, (B, VECTOR)."""
        cells = self.readout(self.backbone(images).movedim(1, -1)).movedim(-1, 1)
        return cells, cells.mean((2, 3))


def draw(anatomy: AnatomySet, config: PretrainConfig, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Draw an augmented batch: pictures (B, 3, size, size), classes (B, H, W), facts (B, 4)."""
    labelled = anatomy.labelled
    rows = torch.multinomial(anatomy.weight, config.batch, replacement=True, generator=generator)
    outline = labelled.outlines()[labelled.place[rows]].unsqueeze(1)
    grid = draw_grid(len(rows), labelled.slices.shape[-1], config.augmentation, generator)
    moved = move(torch.cat([labelled.slices[rows].float().unsqueeze(1), anatomy.channels[rows].float() / 255], dim=1), grid)
    slices = change_contrast(moved[:, :1], config.augmentation, generator)
    pictures = torch.cat([slices, moved[:, 1:]], dim=1) * outline
    if size != pictures.shape[-1]:
        pictures = F.interpolate(pictures, (size, size), mode="bilinear", antialias=True, align_corners=False)
    structures = move_labels(labelled.structures[rows], grid) * outline.squeeze(1)
    return pictures.clamp(0, 1.5).contiguous(memory_format=torch.channels_last), structures, anatomy.facts[rows]


def anatomy_loss(
    cells: Tensor, areas: Tensor, shares: Tensor, facts: Tensor, anatomy: AnatomySet, config: PretrainConfig
) -> Tensor:
    """The readout's distance from the true shares of cells and whole slices, and from the known facts of the participant.

    Args:
        cells: (B, VECTOR, h, w); areas: (B, VECTOR), in standard units of a slice's shares.
        shares: (B, SHARES, h, w); facts: (B, 4), NaN where unknown.
    """
    spread, centre = anatomy.area_spread.view(1, -1, 1, 1), anatomy.area_centre.view(1, -1, 1, 1)
    unit = anatomy.cell_spread.view(1, -1, 1, 1)
    of_cells = F.mse_loss((cells[:, :SHARES] * spread + centre) / unit, shares / unit)
    of_areas = F.smooth_l1_loss(areas[:, :SHARES], (shares.mean((2, 3)) - anatomy.area_centre) / anatomy.area_spread)
    known = ~facts.isnan()
    sex = len(FACTS) - 1
    numbers, male = known[:, :sex], known[:, sex]
    of_facts = F.smooth_l1_loss(areas[:, SHARES:-1][numbers], facts[:, :sex][numbers], reduction="sum")
    of_sex = F.binary_cross_entropy_with_logits(areas[:, -1][male], facts[:, sex][male], reduction="sum")
    known_facts = of_facts / numbers.sum().clamp_min(1) + 0.3 * of_sex / male.sum().clamp_min(1)
    return config.cells * of_cells + config.areas * of_areas + config.facts * known_facts
