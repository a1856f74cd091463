"""Checks of coverage and size: whether the whole brain is in the field of view, and its volumes are plausible."""

import math

import numpy as np
from numpy.typing import NDArray

from adcore.case.check import Check
from adcore.prepare.checks.limits import FIELD_OF_VIEW, HIPPOCAMPI, INTRACRANIAL_VOLUME, SKULL_STRIP, VOLUME_PATTERN, WHOLE_BRAIN
from adcore.prepare.segmentation.structures import FLUID, OUTSIDE, STRUCTURES, Side, label_of, labels_of
from adcore.prepare.volume import dice
from adcore.words import beside

HIPPOCAMPI_AT_50 = (("hippocampus",), -5.1239, 0.0564)
BRAIN_AT_50 = (tuple(structure.kind for structure in STRUCTURES if structure.kind not in FLUID), -0.1006, 0.0107)
"""Structures, and their share of the intracranial volume at 50 years: its logarithm, mean of both sexes, and its spread, by least
squares on age, age squared and sex among IXI's 91 healthy adults (adcore structures norms prints them)."""

LEAST_MM3 = 1.0
"""What a structure that was not found counts for, so that it has a logarithm."""


def check_outline(brain: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the brain mask matches the atlas brain in size and position.

    Args:
        brain: the mask on the structure network's grid.
        depth_mm: distance to the surface of the atlas brain, positive inside.
    """
    overlap = dice(brain, depth_mm > 0)
    return SKULL_STRIP.check(
        overlap,
        f"The overlap of the brain mask with the atlas brain is {SKULL_STRIP.beside(overlap, 2)} (Dice); at least "
        f"{SKULL_STRIP.low:g} is required.",
        "Part of the brain may be missing, or scalp included in the mask: check the brain outline.",
    )


def check_field_of_view(inside: NDArray[np.bool_], outline: NDArray[np.bool_]) -> Check:
    """Whether the scan covers the coronal slices that the networks read.

    Args:
        inside: (N, H, W), pixels that the scan covers.
        outline: (N, H, W), pixels inside the fixed outline.
    """
    share = 100 * float(inside[outline].mean())
    return FIELD_OF_VIEW.check(
        share,
        f"The scan covers {FIELD_OF_VIEW.beside(share, 0)}% of the coronal slices that the networks read; at least "
        f"{FIELD_OF_VIEW.low:g}% is required.",
        "The rest of the brain is outside the field of view: use a scan of the whole head.",
    )


def check_brain_coverage(covered: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the whole brain is in the field of view; names the side that is cut off.

    Args:
        covered: mask of the field of view on the structure network's grid.
        depth_mm: distance to the surface of the atlas brain, positive inside.
    """
    atlas = depth_mm > 0
    share = 100 * float(covered[atlas].mean())
    return WHOLE_BRAIN.check(
        share,
        f"{WHOLE_BRAIN.beside(share, 0)}% of the brain is in the field of view; at least {WHOLE_BRAIN.low:g}% is required.",
        f"The {_most_cut(covered, atlas)} of the brain is cut off, so volumes would be too small: use a scan of the whole head.",
    )


def check_volumes(volumes_mm3: NDArray[np.float64]) -> tuple[Check, Check]:
    """Whether the intracranial volume and both hippocampal volumes are in the range of adults.

    Args:
        volumes_mm3: (CLASSES,), in the patient's own space.
    """
    inside = float(np.delete(volumes_mm3, OUTSIDE).sum()) / 1000
    hippocampi = {side: float(volumes_mm3[label_of("hippocampus", side)]) / 1000 for side in (Side.LEFT, Side.RIGHT)}
    smaller = min(hippocampi, key=lambda side: hippocampi[side])
    return (
        INTRACRANIAL_VOLUME.check(
            inside,
            f"The intracranial volume is {INTRACRANIAL_VOLUME.beside(inside, 0)} ml; {INTRACRANIAL_VOLUME.low:.0f} to "
            f"{INTRACRANIAL_VOLUME.high:.0f} ml is accepted.",
            "No adult has this intracranial volume: check that this is a head, and the voxel size in its header.",
        ),
        HIPPOCAMPI.check(
            hippocampi[smaller],
            f"The {smaller} hippocampus, the smaller one, measures {HIPPOCAMPI.beside(hippocampi[smaller], 1)} ml; "
            f"at least {HIPPOCAMPI.low:g} ml is required.",
            "Its segmentation failed: the image is damaged there, or this is not a T1 of a head. Use another scan.",
        ),
    )


def check_volume_pattern(atlas_mm3: NDArray[np.float64]) -> Check:
    """Whether hippocampi and brain belong to one person: tiny hippocampi in a brain larger than a healthy adult's do not.

    Atrophy takes from both, so the smaller of "brain too large" and "hippocampi too small" is at most a little above 0 in people.

    Args:
        atlas_mm3: (CLASSES,), on any scale.
    """
    brain, hippocampi = (_z_at_50(atlas_mm3, *measure) for measure in (BRAIN_AT_50, HIPPOCAMPI_AT_50))
    together = min(brain, -hippocampi)
    return VOLUME_PATTERN.check(
        together,
        f"Beside healthy adults of 50 years, the hippocampi have z {beside(hippocampi, -VOLUME_PATTERN.high, 1)} and the whole "
        f"brain z {'+' * (brain >= 0)}{beside(brain, VOLUME_PATTERN.high, 1)}, as "
        f"shares of the intracranial volume; hippocampi below z {-VOLUME_PATTERN.high:g} in a brain above z "
        f"{VOLUME_PATTERN.high:+g} are not accepted.",
        "Atrophy makes both smaller, so the segmentation failed, on a lesion or on another contrast than a T1's, or this is no "
        "human brain: look at its outline and structures, and use another scan.",
    )


def _z_at_50(atlas_mm3: NDArray[np.float64], structures: tuple[str, ...], log_share: float, spread: float) -> float:
    """Standard deviations of the logarithm of a share of the intracranial volume; finite where there is nothing of it."""
    inside = float(np.delete(atlas_mm3, OUTSIDE).sum())
    here = float(atlas_mm3[list(labels_of(*structures))].sum())
    return (math.log(max(here, LEAST_MM3) / max(inside, LEAST_MM3)) - log_share) / spread


def _most_cut(covered: NDArray[np.bool_], atlas: NDArray[np.bool_]) -> str:
    """The side of the brain where most is missing; the axes of the grid run right, anterior, superior."""
    missing = np.argwhere(atlas & ~covered)
    if not len(missing):
        return "edge"
    offset = missing.mean(axis=0) - np.argwhere(atlas).mean(axis=0)
    axis = int(np.abs(offset).argmax())
    ends = (("left side", "right side"), ("back", "front"), ("lower end", "vertex"))
    return ends[axis][int(offset[axis] > 0)]
