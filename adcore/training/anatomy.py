"""Learning anatomy without any diagnosis: the slice segmentation, then both convolutional networks."""

import logging
from collections.abc import Sequence
from pathlib import Path

import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort, labelled_and_others
from adcore.cohorts.ixi import LabelledSubject
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.networks.slice_segmentation import SliceSegmentationNetwork
from adcore.prepare.slices import SliceConfig
from adcore.training.config import TrainConfig
from adcore.training.labelled_slices import LabelledSlices, join, label_cohort, paint_all
from adcore.training.pretrain import AnatomySet, PretrainedBranch, anatomy_set, pretrain
from adcore.training.slice_segmentation import (
    fit_slice_segmentation,
    held_out_participants,
    load_subject_slices,
    measure_dice,
)

logger = logging.getLogger(__name__)


def learn_anatomy(
    cohort: Cohort,
    slices: SliceConfig,
    config: TrainConfig,
    folder: Path,
    subjects: Sequence[LabelledSubject],
    start: LateFusionNetwork | None = None,
) -> LateFusionNetwork:
    """Train everything that needs no diagnosis, resuming whatever an earlier run with the same settings finished.

    Args:
        cohort: its participants without a label are learned from; its labelled participants are not touched.
        folder: holds checkpoints; outside the repository.
        subjects: labelled whole-brain scans.
        start: a network that has learned anatomy before: its slice segmentation is taken over, its convolutions learn on.
    Returns:
        A network whose heads and fusion are still to be learned.
    Raises:
        LeakageError: a participant is both labelled and unlabelled.
    """
    others = labelled_and_others(cohort)[1]
    network = LateFusionNetwork()
    of_subjects = load_subject_slices(subjects, slices, folder / "heads")
    held_out = held_out_participants(subjects, config.slice_segmentation)
    learned = of_subjects.of(frozenset(of_subjects.participants) - held_out)
    segmentation = (
        fit_slice_segmentation(learned, config.slice_segmentation, folder) if start is None else start.slice_segmentation
    )
    dice = measure_dice(segmentation, of_subjects.of(held_out))
    logger.info("Dice on slices of %d subjects held out: %s", len(held_out), dice)
    network.slice_segmentation.load_state_dict(segmentation.state_dict())
    anatomy = _anatomy(learned, others, slices, segmentation, config)
    for branch in IMAGE_BRANCHES:
        pretrained = pretrain(branch, anatomy, config.pretrain[branch], folder, _start_of(start, branch))
        network.image_branch(branch).backbone.load_state_dict(pretrained.backbone.state_dict())
        network.image_branch(branch).pooling.project.load_state_dict(pretrained.readout.state_dict())
    return network.eval().requires_grad_(False)


def _start_of(start: LateFusionNetwork | None, branch: Branch) -> PretrainedBranch | None:
    if start is None:
        return None
    image_branch = start.image_branch(branch)
    return PretrainedBranch(image_branch.backbone, image_branch.pooling.project)


def _anatomy(
    of_subjects: LabelledSlices,
    others: Cohort,
    slices: SliceConfig,
    segmentation: SliceSegmentationNetwork,
    config: TrainConfig,
) -> AnatomySet:
    of_cohort = label_cohort(others, slices, segmentation)
    labelled = join([of_subjects, of_cohort])
    channels = paint_all(labelled, segmentation)
    shares = [(1 - config.cohort_share) / len(of_subjects), config.cohort_share / len(of_cohort)]
    weight = torch.cat([torch.full((len(one),), share) for one, share in zip([of_subjects, of_cohort], shares, strict=True)])
    return anatomy_set(labelled, channels, slices.t88_slices, weight)
