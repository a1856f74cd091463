"""Checks of coverage and size: whether the whole brain is in the field of view, and its volumes are plausible."""

import numpy as np
from numpy.typing import NDArray

from adcore.case.check import Check
from adcore.prepare.checks.limits import FIELD_OF_VIEW, HIPPOCAMPI, INTRACRANIAL_VOLUME, SKULL_STRIP, WHOLE_BRAIN
from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of
from adcore.prepare.volume import dice
from adcore.words import percent


def check_outline(brain: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the brain mask matches the atlas brain in size and position.

    Args:
        brain: the mask on the structure network's grid.
        depth_mm: distance to the surface of the atlas brain, positive inside.
    """
    overlap = dice(brain, depth_mm > 0)
    return SKULL_STRIP.check(
        overlap,
        f"The overlap of the brain mask with the atlas brain is {overlap:.2f} (Dice); at least {SKULL_STRIP.low:g} is required.",
        "Part of the brain may be missing, or scalp included in the mask: check the brain outline.",
    )


def check_field_of_view(inside: NDArray[np.bool_], outline: NDArray[np.bool_]) -> Check:
    """Whether the scan covers the coronal slices that the networks read.

    Args:
        inside: (N, H, W), pixels that the scan covers.
        outline: (N, H, W), pixels inside the fixed outline.
    """
    share = float(inside[outline].mean())
    return FIELD_OF_VIEW.check(
        100 * share,
        f"The scan covers {percent(share)} of the coronal slices that the networks read; at least {FIELD_OF_VIEW.low:g}% is "
        "required.",
        "The rest of the brain is outside the field of view: use a scan of the whole head.",
    )


def check_brain_coverage(covered: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the whole brain is in the field of view; names the side that is cut off.

    Args:
        covered: mask of the field of view on the structure network's grid.
        depth_mm: distance to the surface of the atlas brain, positive inside.
    """
    atlas = depth_mm > 0
    share = float(covered[atlas].mean())
    return WHOLE_BRAIN.check(
        100 * share,
        f"{percent(share)} of the brain is in the field of view; at least {WHOLE_BRAIN.low:g}% is required.",
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
            f"The intracranial volume is {inside:.0f} ml; {INTRACRANIAL_VOLUME.low:.0f} to {INTRACRANIAL_VOLUME.high:.0f} ml is "
            "accepted.",
            "No adult has this intracranial volume: check that this is a head, and the voxel size in its header.",
        ),
        HIPPOCAMPI.check(
            hippocampi[smaller],
            f"The {smaller} hippocampus, the smaller one, measures {hippocampi[smaller]:.1f} ml; "
            f"at least {HIPPOCAMPI.low:g} ml is required.",
            "Its segmentation failed: the image is damaged there, or this is not a T1 of a head. Use another scan.",
        ),
    )


def _most_cut(covered: NDArray[np.bool_], atlas: NDArray[np.bool_]) -> str:
    """The side of the brain where most is missing; the axes of the grid run right, anterior, superior."""
    missing = np.argwhere(atlas & ~covered)
    if not len(missing):
        return "edge"
    offset = missing.mean(axis=0) - np.argwhere(atlas).mean(axis=0)
    axis = int(np.abs(offset).argmax())
    ends = (("left side", "right side"), ("back", "front"), ("lower end", "vertex"))
    return ends[axis][int(offset[axis] > 0)]
