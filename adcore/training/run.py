"""A whole training run: pretraining, repeated cross-validation by person, the model that ships; each finished step is kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort, refuse_shared_participants
from adcore.cohorts.ixi import LabelledSubject
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.networks.slice_segmentation import SliceSegmentationNetwork
from adcore.prepare.slices import SliceConfig
from adcore.training.controls import ControlRuns, run_controls
from adcore.training.cross_validate import Features, FoldConfig, cross_validate, fit_labels
from adcore.training.features import mirror_images, read_features
from adcore.training.heads import pool_slices
from adcore.training.labelled_slices import LabelledSlices, facts_table, join, label_cohort, paint_all
from adcore.training.pretrain import AnatomySet, PretrainConfig, PretrainedBranch, anatomy_set, pretrain
from adcore.training.slice_segmentation import (
    SliceSegmentationConfig,
    fit_slice_segmentation,
    held_out_participants,
    load_subject_slices,
    measure_dice,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a run's result, apart from the data.

    Attributes:
        cohort_share: how often pretraining draws a plane of the cohort; otherwise one of the labelled heads.
        repeats: of the cross-validation, each with folds of its own; the first one's figures are the card's.
        seed: of the splits and everything drawn after pretraining.
    """

    slice_segmentation: SliceSegmentationConfig = SliceSegmentationConfig()
    pretrain: dict[Branch, PretrainConfig] = field(
        default_factory=lambda: {
            Branch.VGG16: PretrainConfig(steps=(800, 100)),
            Branch.RESNET50: PretrainConfig(steps=(900, 150)),
        }
    )
    cohort_share: float = 0.5
    fold: FoldConfig = FoldConfig()
    repeats: int = 5
    seed: int = 20260101


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """What a run yields.

    Attributes:
        network: trained on all labelled people.
        folds: of the first repeat, one row a labelled person: subject, fold, label, and `logit_<inputs>_<branch>` from a model
            that never saw them.
        repeats: the same of every repeat, with a column `repeat`.
        fold_people: for each repeat and fold, the people it was trained on, stopped on (nobody) and tested on.
        controls: what the same training makes of shuffled labels, outlines and mirror images.
    """

    network: LateFusionNetwork
    folds: pd.DataFrame
    repeats: pd.DataFrame
    fold_participants: list[list[dict[str, list[str]]]]
    controls: ControlRuns


def learn_anatomy(
    cohort: Cohort,
    slices: SliceConfig,
    config: TrainConfig,
    folder: Path,
    heads: Sequence[LabelledSubject],
    start: LateFusionNetwork | None = None,
) -> LateFusionNetwork:
    """Everything that no diagnosis is needed for, going on from whatever an earlier run with the same settings finished.

    Args:
        cohort: its people without a label are learned from, its labelled people are not touched.
        folder: holds checkpoints; outside the repository.
        heads: labelled whole heads.
        start: a network that has learned anatomy before: its network of plane parts is taken over, its convolutions learn on.
    Returns:
        A network whose heads and fusion are still to be learned.
    Raises:
        LeakageError: someone stands on both sides.
    """
    others = _apart(cohort)[1]
    network = LateFusionNetwork()
    of_subjects = load_subject_slices(heads, slices, folder / "heads")
    held_out = held_out_participants(heads, config.slice_segmentation)
    learned = of_subjects.of(frozenset(of_subjects.participants) - held_out)
    parts = fit_slice_segmentation(learned, config.slice_segmentation, folder) if start is None else start.slice_segmentation
    logger.info("Dice on planes of %d heads held out: %s", len(held_out), measure_dice(parts, of_subjects.of(held_out)))
    network.slice_segmentation.load_state_dict(parts.state_dict())
    anatomy = _anatomy(learned, others, slices, parts, config)
    for branch in IMAGE_BRANCHES:
        pretrained = pretrain(branch, anatomy, config.pretrain[branch], folder, _begin(start, branch))
        network.image_branch(branch).backbone.load_state_dict(pretrained.backbone.state_dict())
        network.image_branch(branch).pooling.project.load_state_dict(pretrained.readout.state_dict())
    return network.eval().requires_grad_(False)


def learn_labels(
    network: LateFusionNetwork, cohort: Cohort, config: TrainConfig, folder: Path, keep_pooling: bool = False
) -> TrainedModel:
    """What labels teach: repeated cross-validation, controls, and the network that ships, trained on all labelled people.

    Args:
        network: of learn_anatomy, or of a model that is taken over; it is changed.
        keep_pooling: leave attention and usual shares of parts as they are; a small cohort may have no people without a label.
    Raises:
        LeakageError: someone stands on both sides of a split.
    """
    labelled, others = _apart(cohort)
    digest = _digest(network)
    plain = read_features(network, labelled, folder / "features-labelled.pt", digest)
    mirrored = read_features(network, mirror_images(labelled), folder / "features-mirrored.pt", digest)
    if not keep_pooling:
        scans = read_features(network, others, folder / "features-others.pt", digest)
        network.structure_shares.learn(scans.shares, scans.y_mm)
        facts = _standardised_facts(others)
        for branch in IMAGE_BRANCHES:
            readout = network.image_branch(branch).pooling.project
            pooling = pool_slices(branch, readout, scans.means[branch], facts, config.fold.head, config.seed)
            network.image_branch(branch).pooling.load_state_dict(pooling.state_dict())
    features = Features.of(network, plain, mirrored, labelled)
    tables, participants = [], []
    for repeat in range(config.repeats):
        table, sides = cross_validate(network, features, config.fold, config.seed + repeat)
        tables.append(table.assign(repeat=repeat))
        participants.append(sides)
        logger.info("repeat %d of %d done", repeat + 1, config.repeats)
    controls = run_controls(network, features, config.fold, config.seed, folder, digest)
    fit_labels(network, features, np.arange(len(labelled)), config.fold, config.seed)
    repeats = pd.concat(tables, ignore_index=True)
    folds = repeats[repeats["repeat"] == 0].drop(columns="repeat").reset_index(drop=True)
    return TrainedModel(network.eval(), folds, repeats, participants, controls)


def stages(config: TrainConfig, start: str | None, learned: bool) -> str:
    """How the convolutions came about, in words for the card.

    Args:
        start: name and version of the model begun with, if any.
        learned: whether they learned anatomy in this run.
    """
    if not learned:
        return f"the convolutions are those of {start}, unchanged"
    begin = "drawn at random" if start is None else f"those of {start}"
    steps = ", ".join(
        f"{branch.label} {' and '.join(f'{n} at {size} px' for n, size in zip(one.steps, one.sizes, strict=True))}"
        for branch, one in config.pretrain.items()
    )
    return f"the convolutions began as {begin}; steps of {config.pretrain[Branch.VGG16].batch} planes: {steps}"


def _begin(start: LateFusionNetwork | None, branch: Branch) -> PretrainedBranch | None:
    if start is None:
        return None
    begun = start.image_branch(branch)
    return PretrainedBranch(begun.backbone, begun.pooling.project)


def _apart(cohort: Cohort) -> tuple[Cohort, Cohort]:
    """Labelled people, and all sessions of the others."""
    labelled, others = cohort.labelled(), cohort.unlabelled()
    refuse_shared_participants(others.table["person"].to_numpy(), labelled.table["person"].to_numpy())
    return labelled, others


def _anatomy(
    of_subjects: LabelledSlices, others: Cohort, slices: SliceConfig, parts: SliceSegmentationNetwork, config: TrainConfig
) -> AnatomySet:
    of_cohort = label_cohort(others, slices, parts)
    labelled = join([of_subjects, of_cohort])
    channels = paint_all(labelled, parts)
    shares = [(1 - config.cohort_share) / len(of_subjects), config.cohort_share / len(of_cohort)]
    weight = torch.cat([torch.full((len(part),), share) for part, share in zip([of_subjects, of_cohort], shares, strict=True)])
    return anatomy_set(labelled, channels, slices.t88_slices, weight)


def _standardised_facts(cohort: Cohort) -> Tensor:
    table = facts_table(cohort)
    return torch.from_numpy(((table - table.mean()) / table.std().clip(lower=1e-6)).to_numpy(dtype="float32"))


def _digest(network: nn.Module) -> str:
    """Changes with any weight of the convolutions."""
    total = sum(
        float(value.double().abs().sum())
        for name, value in network.state_dict().items()
        if "backbone" in name or "slice_segmentation" in name
    )
    return f"{total:.9e}"
