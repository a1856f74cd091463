"""Whether the whole brain is there, and of a brain's size."""

import numpy as np
from numpy.typing import NDArray

from adcore.case.check import Check
from adcore.prepare.checks.limits import FIELD_OF_VIEW, HIPPOCAMPI, INTRACRANIAL_VOLUME, SKULL_STRIP, WHOLE_BRAIN
from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of
from adcore.prepare.volume import dice
from adcore.words import percent


def check_outline(brain: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the brain's outline has the atlas brain's size and place.

    Args:
        brain: on the structure network's grid.
        depth_mm: distance to the atlas brain's surface, positive inside.
    """
    overlap = dice(brain, depth_mm > 0)
    return SKULL_STRIP.check(
        overlap,
        f"The brain's outline overlaps the atlas brain by {overlap:.2f} (Dice); {SKULL_STRIP.low:g} is needed.",
        "Part of the brain may be missing, or scalp taken for brain: look at the outline.",
    )


def check_field_of_view(inside: NDArray[np.bool_], outline: NDArray[np.bool_]) -> Check:
    """Whether the scan reaches all of the planes.

    Args:
        inside: (N, H, W), pixels that the scan covers.
        outline: (N, H, W), pixels that count.
    """
    share = float(inside[outline].mean())
    return FIELD_OF_VIEW.check(
        100 * share,
        f"The scan covers {percent(share)} of the planes that the networks read; {FIELD_OF_VIEW.low:g}% is needed.",
        "The rest of the brain lies outside the image: use a scan of the whole head.",
    )


def check_brain_coverage(covered: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the whole brain lies in the field of view; names the side that is cut off.

    Args:
        covered: on the structure network's grid, whether the scan reaches there.
        depth_mm: distance to the atlas brain's surface, positive inside.
    """
    atlas = depth_mm > 0
    share = float(covered[atlas].mean())
    return WHOLE_BRAIN.check(
        100 * share,
        f"{percent(share)} of the brain lies in the field of view; {WHOLE_BRAIN.low:g}% is needed.",
        f"The {_most_cut(covered, atlas)} of the brain is cut off, so volumes would be too small: use a scan of the whole head.",
    )


def check_volumes(volumes_mm3: NDArray[np.float64]) -> tuple[Check, Check]:
    """Whether the inside of the skull and both hippocampi have the size that grown people's have.

    Args:
        volumes_mm3: (CLASSES,), in the patient.
    """
    inside = float(np.delete(volumes_mm3, OUTSIDE).sum()) / 1000
    hippocampi = {side: float(volumes_mm3[label_of("hippocampus", side)]) / 1000 for side in (Side.LEFT, Side.RIGHT)}
    smaller = min(hippocampi, key=lambda side: hippocampi[side])
    return (
        INTRACRANIAL_VOLUME.check(
            inside,
            f"The inside of the skull measures {inside:.0f} ml; {INTRACRANIAL_VOLUME.low:.0f} to "
            f"{INTRACRANIAL_VOLUME.high:.0f} ml is accepted.",
            "No adult's head has that size: check that it is a head, and the voxel size in its header.",
        ),
        HIPPOCAMPI.check(
            hippocampi[smaller],
            f"The {smaller} hippocampus, the smaller one, measures {hippocampi[smaller]:.1f} ml; "
            f"at least {HIPPOCAMPI.low:g} ml is needed.",
            "It was not found: the image is damaged there, or it is no T1 of a head.",
        ),
    )


def _most_cut(covered: NDArray[np.bool_], atlas: NDArray[np.bool_]) -> str:
    """The end of the brain where most is missing; the grid's axes run right, anterior, superior."""
    missing = np.argwhere(atlas & ~covered)
    if not len(missing):
        return "edge"
    offset = missing.mean(axis=0) - np.argwhere(atlas).mean(axis=0)
    axis = int(np.abs(offset).argmax())
    ends = (("left side", "right side"), ("back", "front"), ("lower end", "crown"))
    return ends[axis][int(offset[axis] > 0)]
