"""Training of the slice segmentation on slices of labelled whole-brain scans, with checkpoints to resume from."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from adcore.cohorts.ixi import LabelledSubject
from adcore.cohorts.labelled_subjects import read_subject_slices, wide_slices
from adcore.cohorts.progress import with_progress
from adcore.networks.slice_segmentation import SLICE_STRUCTURES, SliceSegmentationNetwork
from adcore.prepare.segmentation.structures import OUTSIDE, STRUCTURES
from adcore.prepare.slices import SliceConfig
from adcore.training.augment import Augmentation, change_contrast, draw_grid, move, move_labels
from adcore.training.checkpoint import Checkpoint, Stateful
from adcore.training.labelled_slices import LabelledSlices
from adcore.training.loop import take_steps

CHECKPOINT_FILE = "slice-segmentation.pt"

COMMON_NAMES = {
    "frontal cortex": "other cortex",
    "parietal cortex": "other cortex",
    "occipital cortex": "other cortex",
    "cingulate cortex": "other cortex",
    "CSF": "fluid",
    "third ventricle": "fluid",
    "fourth ventricle": "fluid",
    "corpus callosum": "white matter",
    "brainstem": "brainstem and cerebellum",
    "cerebellum": "brainstem and cerebellum",
    "cerebellar vermis": "brainstem and cerebellum",
}
"""Structures of adcore.prepare.segmentation.structures that are one class on slices; the others keep their names."""


@dataclass(frozen=True)
class SliceSegmentationConfig:
    """Settings of the training.

    Attributes:
        steps: of `batch` slices drawn at random.
        learning_rate: peak of a one-cycle schedule (Smith and Topin 2019).
        held_out_every: one in so many subjects, by age, is held out for measuring.
        save_every: steps between checkpoints.
    """

    steps: int = 1500
    batch: int = 12
    learning_rate: float = 3e-3
    weight_decay: float = 1e-3
    held_out_every: int = 6
    save_every: int = 250
    seed: int = 20260101
    augmentation: Augmentation = Augmentation(
        rotate_degrees=8, scale=0.1, shift=0.06, warp=0.03, sharpen=0.9, blur=0.6, noise=0.06
    )


def load_subject_slices(subjects: Iterable[LabelledSubject], config: SliceConfig, folder: Path) -> LabelledSlices:
    """Read every subject's slices, and their neighbours, with the subject's own labels.

    Args:
        folder: keeps what is read, so that a second run starts at once.
    """
    wide, table = wide_slices(config), torch.from_numpy(_classes())
    slices, structures, places, facts, participants = [], [], [], [], []
    everyone = tuple(subjects)
    for subject in with_progress(everyone, "registering subjects", len(everyone)):
        read, labels = read_subject_slices(subject, wide, folder)
        slices.append(torch.from_numpy(read))
        structures.append(table[torch.from_numpy(labels).long()])
        places.append(torch.arange(len(read)))
        male = {"M": 1.0, "F": 0.0}.get(subject.sex or "", float("nan"))
        age = float("nan") if subject.age_years is None else subject.age_years
        facts.append(torch.tensor([age, float("nan"), float("nan"), male]).expand(len(read), -1))
        participants += [subject.person] * len(read)
    names = np.array(participants, dtype=object)
    return LabelledSlices(wide, torch.cat(slices), torch.cat(structures), torch.cat(places), torch.cat(facts), names)


def held_out_participants(subjects: Iterable[LabelledSubject], config: SliceSegmentationConfig) -> frozenset[str]:
    """One in config.held_out_every subjects by age, so that all ages are held out alike."""
    ordered = sorted(subjects, key=lambda subject: (subject.age_years or 0.0, subject.person))
    return frozenset(subject.person for subject in ordered[:: config.held_out_every])


def fit_slice_segmentation(slices: LabelledSlices, config: SliceSegmentationConfig, folder: Path) -> SliceSegmentationNetwork:
    """Train, or resume from the last checkpoint in CHECKPOINT_FILE."""
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = SliceSegmentationNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.learning_rate, total_steps=config.steps)
    outlines, y_mm = slices.outlines(), slices.y_mm

    def loss_of(_step: int) -> Tensor:
        rows = torch.randint(len(slices), (config.batch,), generator=generator)
        outline = outlines[slices.place[rows]]
        grid = draw_grid(len(rows), slices.slices.shape[-1], config.augmentation, generator)
        images = change_contrast(move(slices.slices[rows].float().unsqueeze(1), grid), config.augmentation, generator)
        logits = network((images * outline.unsqueeze(1)).clamp(0, 1.5), y_mm[rows])
        return _loss(logits, move_labels(slices.structures[rows], grid), outline)

    network.train()
    signature = repr((asdict(config), len(slices), sorted(set(slices.participants))))
    states: dict[str, Stateful] = {"network": network, "optimiser": optimiser, "schedule": schedule}
    checkpoint = Checkpoint(folder / CHECKPOINT_FILE, signature, states, config.save_every, generator)
    take_steps(config.steps, loss_of, optimiser, schedule=schedule, checkpoint=checkpoint, name="slice segmentation")
    return network.eval()


@torch.inference_mode()
def measure_dice(network: SliceSegmentationNetwork, slices: LabelledSlices) -> dict[str, float]:
    """Dice of every structure over all pixels inside the outlines of all slices; a structure that is nowhere is left out."""
    outlines, y_mm = slices.outlines(), slices.y_mm
    both, sizes = torch.zeros(len(SLICE_STRUCTURES)), torch.zeros(len(SLICE_STRUCTURES))
    for rows in torch.arange(len(slices)).split(32):
        found = network.probabilities(slices.slices[rows].float().unsqueeze(1), y_mm[rows]).argmax(dim=1)
        outline = outlines[slices.place[rows]]
        for number in range(len(SLICE_STRUCTURES)):
            segmented, true = (found == number) & outline, (slices.structures[rows] == number) & outline
            both[number] += 2 * (segmented & true).sum()
            sizes[number] += segmented.sum() + true.sum()
    return {name: round(float(both[n] / sizes[n]), 4) for n, name in enumerate(SLICE_STRUCTURES) if n and sizes[n] > 0}


def _loss(logits: Tensor, labels: Tensor, outline: Tensor) -> Tensor:
    """Cross-entropy and soft Dice (Milletari 2016) inside the outline."""
    chances = logits.log_softmax(dim=1)
    entropy = F.nll_loss(chances, labels, reduction="none")
    inside = outline.unsqueeze(1)
    predicted, true = chances.exp() * inside, F.one_hot(labels, len(SLICE_STRUCTURES)).movedim(-1, 1) * inside
    shared, sizes = (predicted * true).sum((0, 2, 3)), predicted.sum((0, 2, 3)) + true.sum((0, 2, 3))
    present = true.sum((0, 2, 3)) > 0
    return (entropy * outline).sum() / outline.sum() + 1 - ((2 * shared + 1) / (sizes + 1))[present].mean()


def _classes() -> np.ndarray:
    """The class on slices of each class of adcore.prepare.segmentation.structures."""
    table = np.zeros(len(STRUCTURES) + 1, dtype=np.uint8)
    table[OUTSIDE] = SLICE_STRUCTURES.index("outside")
    for label, one in enumerate(STRUCTURES, start=1):
        table[label] = SLICE_STRUCTURES.index(COMMON_NAMES.get(one.kind, one.kind))
    return table
