"""Labelled subjects prepared for training: placed in the atlas once and kept on disk, so that a resumed run starts at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.cohorts.ixi import LabelledSubject, structures_of_muse
from adcore.cohorts.progress import with_progress
from adcore.errors import CohortError
from adcore.prepare.placement import place
from adcore.readers import read_scan
from adcore.training.checkpoint import load_checkpoint, save_checkpoint

FOLDS = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Case:
    """One labelled subject.

    Attributes:
        image: float32 (X, Y, Z), the scan at about 2 mm on its own upright grid, gain-corrected, white matter near 1.
        labels: uint8 (X, Y, Z) on the same grid, classes of adcore.prepare.segmentation.structures.
        atlas_to_voxels: float64 (4, 4), MNI152 millimetres to voxel indices of both.
    """

    person: str
    image: Tensor
    labels: Tensor
    atlas_to_voxels: NDArray[np.float64]


def load_cases(subjects: Sequence[LabelledSubject], folder: Path) -> list[Case]:
    """Place every subject in the atlas, or read the case from `folder` where that was done before.

    Raises:
        CohortError: a scan and its labels are not on the same grid.
    """
    return [
        _load(subject, folder / f"{subject.person}.pt") for subject in with_progress(subjects, "placing subjects", len(subjects))
    ]


def held_out_participants(subjects: Sequence[LabelledSubject], fold: int) -> frozenset[str]:
    """Every fifth subject by age, from `fold` (0 to 4) on: held out of the training, all ages alike."""
    ordered = sorted(subjects, key=lambda subject: (subject.age_years or 0.0, subject.person))
    return frozenset(subject.person for subject in ordered[fold::FOLDS])


def _load(subject: LabelledSubject, path: Path) -> Case:
    state = load_checkpoint(path)
    if state is None:
        case = make_case(subject)
        matrix = torch.from_numpy(case.atlas_to_voxels)
        save_checkpoint(path, {"image": case.image.half(), "labels": case.labels, "atlas_to_voxels": matrix})
        return case
    return Case(subject.person, state["image"].float(), state["labels"], state["atlas_to_voxels"].numpy())


def make_case(subject: LabelledSubject) -> Case:
    """Place one labelled subject in the atlas."""
    placement = place(read_scan(subject.scan))
    image = placement.evened_coarse()
    labels = nib.as_closest_canonical(nib.load(subject.labels))
    if labels.shape != image.shape or not np.allclose(labels.affine, image.affine, atol=1e-3):
        raise CohortError(f"Expected labels on the scan's own grid of about 2 mm, but those of {subject.person} lie on another.")
    structures = torch.from_numpy(np.ascontiguousarray(structures_of_muse(np.asarray(labels.dataobj))))
    to_voxels = np.linalg.inv(image.affine) @ placement.atlas_to_scan
    return Case(subject.person, image.values, structures, to_voxels)
