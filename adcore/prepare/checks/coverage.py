"""Whether the whole brain is there, and of a brain's size."""

import numpy as np
from numpy.typing import NDArray

from adcore.case.check import Check
from adcore.case.reason import CheckCode
from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of
from adcore.prepare.volume import dice
from adcore.words import percent

MIN_OVERLAP = 0.90
MIN_REACH = 0.99
MIN_BRAIN = 0.98
INTRACRANIAL_ML = (900.0, 2100.0)
MIN_HIPPOCAMPUS_ML = 1.0


def check_outline(brain: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the brain's outline has the atlas brain's size and place.

    Args:
        brain: on the structure network's grid.
        depth_mm: distance to the atlas brain's surface, positive inside.
    """
    overlap = dice(brain, depth_mm > 0)
    return Check.of(
        CheckCode.SKULL_STRIP,
        overlap,
        MIN_OVERLAP,
        overlap >= MIN_OVERLAP,
        f"The brain's outline overlaps the atlas brain by {overlap:.2f} (Dice); {MIN_OVERLAP:g} is needed.",
        "Part of the brain may be missing, or scalp taken for brain: look at the outline.",
        "Measured: 98 healthy whole heads 0.92 to 0.98; the same outlines 12 mm off their place 0.87 to 0.89.",
    )


def check_field_of_view(inside: NDArray[np.bool_], outline: NDArray[np.bool_]) -> Check:
    """Whether the scan reaches all of the planes.

    Args:
        inside: (N, H, W), pixels that the scan covers.
        outline: (N, H, W), pixels that count.
    """
    share = float(inside[outline].mean())
    return Check.of(
        CheckCode.FIELD_OF_VIEW,
        100 * share,
        100 * MIN_REACH,
        share >= MIN_REACH,
        f"The scan covers {percent(share)} of the planes that the networks read; {percent(MIN_REACH)} is needed.",
        "The rest of the brain lies outside the image: use a scan of the whole head.",
        "Chosen: what is not covered is black, and the networks would read it as missing brain.",
        unit="%",
    )


def check_brain_coverage(covered: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the whole brain lies in the field of view; names the side that is cut off.

    Args:
        covered: on the structure network's grid, whether the scan reaches there.
        depth_mm: distance to the atlas brain's surface, positive inside.
    """
    atlas = depth_mm > 0
    share = float(covered[atlas].mean())
    return Check.of(
        CheckCode.WHOLE_BRAIN,
        100 * share,
        100 * MIN_BRAIN,
        share >= MIN_BRAIN,
        f"{percent(share)} of the brain lies in the field of view; {percent(MIN_BRAIN)} is needed.",
        f"The {_most_cut(covered, atlas)} of the brain is cut off, so volumes would be too small: use a scan of the whole head.",
        "Chosen: what is not covered is missing from the volumes; 2% is the least that a change of shape leaves open.",
        unit="%",
    )


def check_volumes(volumes_mm3: NDArray[np.float64]) -> tuple[Check, Check]:
    """Whether the inside of the skull and both hippocampi have the size that grown people's have.

    Args:
        volumes_mm3: (CLASSES,), in the patient.
    """
    inside = float(np.delete(volumes_mm3, OUTSIDE).sum()) / 1000
    low, high = INTRACRANIAL_ML
    nearer = low if inside < (low + high) / 2 else high
    hippocampi = {side: float(volumes_mm3[label_of("hippocampus", side)]) / 1000 for side in (Side.LEFT, Side.RIGHT)}
    smaller = min(hippocampi, key=lambda side: hippocampi[side])
    return (
        Check.of(
            CheckCode.INTRACRANIAL_VOLUME,
            inside,
            nearer,
            low <= inside <= high,
            f"The inside of the skull measures {inside:.0f} ml; {low:.0f} to {high:.0f} ml is accepted.",
            "No adult's head has that size: check that it is a head, and the voxel size in its header.",
            "OASIS-1's 376 people measure 1123 to 1913 ml (eTIV), widened by what an atlas fit may be off.",
            unit="ml",
        ),
        Check.of(
            CheckCode.HIPPOCAMPI,
            hippocampi[smaller],
            MIN_HIPPOCAMPUS_ML,
            hippocampi[smaller] >= MIN_HIPPOCAMPUS_ML,
            f"The {smaller} hippocampus, the smaller one, measures {hippocampi[smaller]:.1f} ml; "
            f"at least {MIN_HIPPOCAMPUS_ML:g} ml is needed.",
            "It was not found: the image is damaged there, or it is no T1 of a head.",
            "Chosen: under half of what is left in advanced disease; anything smaller is a failed labelling.",
            unit="ml",
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
