"""Overlap of labels registered to the atlas: the brain with MNI152's mask, the hippocampi with CerebrA's."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from nibabel.affines import apply_affine, from_matvec
from nibabel.spatialimages import SpatialImage
from nilearn.datasets import load_mni152_brain_mask
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_fill_holes, center_of_mass

from adcore.errors import CohortError
from adcore.prepare.volume import Volume, dice, resample

CEREBRA = Path("data/cerebra_data/CerebrA_in_t1.mgz")
"""Labels in MNI152 space (Manera 2020, Sci Data 7:237). The T1 beside them correlates best with the template where its header
puts it; the labels themselves mirror each other around x = -0.5 mm."""

CLOSING = 2
"""Voxels of 2 mm. Cortical labels exclude the sulci; the atlas's mask includes them."""

TEMPORAL_FROM_MM, TEMPORAL_SHAPE = (-60.0, -70.0, -60.0), (121, 91, 81)
"""The 1 mm grid on which hippocampi are compared: the temporal lobes of MNI152 with a wide margin."""


@dataclass(frozen=True)
class HippocampusLabels:
    """Label values of the two hippocampi."""

    right: int
    left: int


CEREBRA_HIPPOCAMPI = HippocampusLabels(right=48, left=99)
DLMUSE_HIPPOCAMPI = HippocampusLabels(right=47, left=48)

DLMUSE_CSF = 1
"""CSF out to the dura: with it the labels fill the skull, 9% more than the atlas's mask."""


@dataclass(frozen=True)
class Overlap:
    """Two regions in atlas space.

    Attributes:
        dice: 1 where they are the same.
        distance_mm: between their centres of mass.
    """

    dice: float
    distance_mm: float


def read_labels(path: Path) -> Volume:
    """Labels as float32, in whatever format nibabel reads.

    Raises:
        CohortError: there is no such file.
    """
    if not path.is_file():
        raise CohortError(f"Expected labels in {path.name}, but the file is not there.")
    image = nib.load(path)
    if not isinstance(image, SpatialImage):
        raise CohortError(f"Expected a volume of labels in {path.name}, got another kind of image.")
    return Volume(torch.from_numpy(np.asarray(image.dataobj).astype(np.float32)), image.affine)


def brain_overlap(labels: Volume, atlas_to_scan: NDArray[np.float64], above: int = 0) -> Overlap:
    """A scan's labels over `above`, carried to MNI152, sulci closed and holes filled, against the atlas's brain mask at 2 mm."""
    mask, affine = _atlas_brain()
    brain = _carry(Volume((labels.values > above).float(), labels.affine), atlas_to_scan, affine, mask.shape)
    return _overlap(_closed(brain > 0.5).astype(np.float32), mask.astype(np.float32), affine)


def hippocampus_overlap(
    labels: Volume, numbers: HippocampusLabels, atlas_to_scan: NDArray[np.float64], cerebra: Volume
) -> tuple[Overlap, Overlap]:
    """The right and the left hippocampus of a scan, carried to MNI152, against CerebrA's at 1 mm."""
    pairs = ((numbers.right, CEREBRA_HIPPOCAMPI.right), (numbers.left, CEREBRA_HIPPOCAMPI.left))
    affine = from_matvec(np.eye(3), TEMPORAL_FROM_MM)
    right, left = (
        _overlap(
            _carry(Volume((labels.values == own).float(), labels.affine), atlas_to_scan, affine, TEMPORAL_SHAPE),
            _carry(Volume((cerebra.values == other).float(), cerebra.affine), np.eye(4), affine, TEMPORAL_SHAPE),
            affine,
        )
        for own, other in pairs
    )
    return right, left


@lru_cache(maxsize=1)
def _atlas_brain() -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """MNI152's brain mask at 2 mm, holes filled, and its affine: filling at 1 mm takes ten seconds a head."""
    image = load_mni152_brain_mask(resolution=2)
    return binary_fill_holes(np.asarray(image.dataobj) > 0), image.affine


def _carry(
    region: Volume, atlas_to_scan: NDArray[np.float64], affine: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """A region (0 and 1) on a grid of the atlas: the fraction of each voxel that is covered."""
    to_source = np.linalg.inv(region.affine) @ atlas_to_scan @ affine
    carried: NDArray[np.float32] = resample(region.values, to_source, shape).numpy()
    return carried


def _closed(brain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    closed = binary_closing(np.pad(brain, CLOSING), iterations=CLOSING)
    inner = (slice(CLOSING, -CLOSING),) * 3
    filled: NDArray[np.bool_] = binary_fill_holes(closed[inner])
    return filled


def _overlap(first: NDArray[np.float32], second: NDArray[np.float32], affine: NDArray[np.float64]) -> Overlap:
    """Dice of voxels at least half covered; centres weigh every fraction, since rounding would decide ties at a half."""
    inside, other = first > 0.5, second > 0.5
    if not inside.any() or not other.any():
        return Overlap(0.0, float("inf"))
    centres = [apply_affine(affine, np.array(center_of_mass(region))) for region in (first, second)]
    return Overlap(dice(inside, other), float(np.linalg.norm(centres[0] - centres[1])))
