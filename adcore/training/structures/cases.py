"""Labelled heads made ready for training: placed in the atlas once, kept on disk, so that a resumed run starts at once."""

import logging
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from adcore.cohorts.ixi import LabelledSubject, structures_of_muse
from adcore.errors import CohortError
from adcore.prepare.placement import place
from adcore.readers import read_scan
from adcore.training.checkpoint import load_checkpoint, save_checkpoint

FOLDS = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Case:
    """One labelled head.

    Attributes:
        image: float32 (X, Y, Z), the scan at about 2 mm on its own upright grid, gain-corrected, white matter near 1.
        labels: uint8 (X, Y, Z) on the same grid, classes of adcore.prepare.segmentation.structures.
        atlas_to_voxels: float64 (4, 4), MNI152 millimetres to voxel indices of both.
    """

    person: str
    image: Tensor
    labels: Tensor
    atlas_to_voxels: NDArray[np.float64]


def load_cases(heads: tuple[LabelledSubject, ...], folder: Path) -> list[Case]:
    """Place every head, or take it from `folder` where that was done before.

    Raises:
        CohortError: a scan and its labels are not on the same grid.
    """
    return [_load(head, folder / f"{head.person}.pt") for head in tqdm(heads, desc="placing heads", disable=None)]


def held_out_participants(heads: tuple[LabelledSubject, ...], fold: int) -> frozenset[str]:
    """Every fifth person by age, from `fold` (0 to 4) on: kept from training, of all ages alike."""
    ordered = sorted(heads, key=lambda head: (head.age_years or 0.0, head.person))
    return frozenset(head.person for head in ordered[fold::FOLDS])


def _load(head: LabelledSubject, path: Path) -> Case:
    state = load_checkpoint(path)
    if state is None:
        case = make_case(head)
        matrix = torch.from_numpy(case.atlas_to_voxels)
        save_checkpoint(path, {"image": case.image.half(), "labels": case.labels, "atlas_to_voxels": matrix})
        return case
    return Case(head.person, state["image"].float(), state["labels"], state["atlas_to_voxels"].numpy())


def make_case(head: LabelledSubject) -> Case:
    """Place one labelled head in the atlas."""
    placement = place(read_scan(head.scan))
    image = placement.evened_coarse()
    labels = nib.as_closest_canonical(nib.load(head.labels))
    if labels.shape != image.shape or not np.allclose(labels.affine, image.affine, atol=1e-3):
        raise CohortError(f"Expected labels on the scan's own grid of about 2 mm, but those of {head.person} lie on another.")
    parts = torch.from_numpy(np.ascontiguousarray(structures_of_muse(np.asarray(labels.dataobj))))
    to_voxels = np.linalg.inv(image.affine) @ placement.atlas_to_scan
    return Case(head.person, image.values, parts, to_voxels)
