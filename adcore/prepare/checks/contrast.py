"""Whether a scan has a T1's contrast: white matter brighter than grey, grey brighter than fluid."""

import numpy as np
from numpy.typing import NDArray

from adcore.case.check import Check
from adcore.prepare.checks.limits import FLUID_AND_GREY_MATTER, GREY_AND_WHITE_MATTER
from adcore.prepare.segmentation.segmentation import Segmentation
from adcore.prepare.segmentation.structures import labels_of

WHITE = ("white matter",)
GREY = ("temporal cortex", "frontal cortex", "parietal cortex", "occipital cortex", "cingulate cortex", "insula")
FLUID = ("lateral ventricle",)

SUREST = 0.75
"""Quantile of a tissue's own probability from which on a voxel counts as its core: borders hold two tissues."""


def check_contrast(evened: NDArray[np.float32], segmentation: Segmentation) -> tuple[Check, Check]:
    """Grey matter's level beside white matter's, and fluid's beside grey matter's.

    Args:
        evened: the scan on the structure network's grid, gain-corrected, air 0.
    """
    white, grey, fluid = (_core_level(evened, segmentation, tissue) for tissue in (WHITE, GREY, FLUID))
    grey_share, fluid_share = _share(grey, white), _share(fluid, grey)
    guess = _looks_like(grey_share, fluid_share)
    return (
        GREY_AND_WHITE_MATTER.check(
            grey_share,
            f"Grey matter has {grey_share:.2f} of white matter's brightness; a T1 has at most {GREY_AND_WHITE_MATTER.high:g}.",
            f"{guess} Use the T1.",
        ),
        FLUID_AND_GREY_MATTER.check(
            fluid_share,
            f"The fluid in the ventricles has {fluid_share:.2f} of grey matter's brightness; a T1 has at most "
            f"{FLUID_AND_GREY_MATTER.high:g}.",
            f"{guess} Use the T1.",
        ),
    )


def _core_level(evened: NDArray[np.float32], segmentation: Segmentation, tissue: tuple[str, ...]) -> float:
    """The median where the network is surest of a tissue; not a number where there is none."""
    labels = labels_of(*tissue)
    here = np.isin(segmentation.labels, labels)
    if not here.any():
        return float("nan")
    probability = segmentation.probabilities[list(labels)].amax(dim=0).numpy()[here]
    return float(np.median(evened[here][probability >= np.quantile(probability, SUREST)]))


def _share(level: float, of: float) -> float:
    """Infinite, which fails, where either level is unknown or nothing."""
    return level / of if of > 0 and np.isfinite(level) else float("inf")


def _looks_like(grey_share: float, fluid_share: float) -> str:
    """The sequence that has such an order, in words."""
    if grey_share > 1 and fluid_share > 1:
        return "White matter is darker than grey matter and the fluid is brighter than both: this looks like a T2."
    if grey_share > 1 and fluid_share > FLUID_AND_GREY_MATTER.high:
        return "White matter is darker than grey matter and the fluid is not dark: this looks like a proton density or T2 image."
    if grey_share > 1:
        return "White matter is darker than grey matter, yet the fluid is dark: this looks like a FLAIR or proton density image."
    return "Grey matter, white matter and fluid hardly differ: this is no T1, or one of too little contrast."
