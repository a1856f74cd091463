"""Checks of T1 contrast: white matter brighter than grey matter, grey matter brighter than CSF."""

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
"""Quantile of a tissue's own probability from which a voxel belongs to its core; border voxels contain two tissues."""


def check_contrast(evened: NDArray[np.float32], segmentation: Segmentation) -> tuple[Check, Check]:
    """The ratio of grey to white matter intensity, and of ventricular CSF to grey matter intensity.

    Args:
        evened: the scan on the structure network's grid, bias-corrected, air at 0.
    """
    white, grey, fluid = (_core_level(evened, segmentation, tissue) for tissue in (WHITE, GREY, FLUID))
    grey_share, fluid_share = _share(grey, white), _share(fluid, grey)
    guess = _looks_like(grey_share, fluid_share)
    return (
        GREY_AND_WHITE_MATTER.check(
            grey_share,
            f"The ratio of grey to white matter intensity is {GREY_AND_WHITE_MATTER.beside(grey_share, 2)}; in a T1 it "
            f"is at most {GREY_AND_WHITE_MATTER.high:g}.",
            f"{guess} Use the T1-weighted series.",
        ),
        FLUID_AND_GREY_MATTER.check(
            fluid_share,
            f"The ratio of ventricular CSF to grey matter intensity is {FLUID_AND_GREY_MATTER.beside(fluid_share, 2)}; in a "
            f"T1 it is at most {FLUID_AND_GREY_MATTER.high:g}.",
            f"{guess} Use the T1-weighted series.",
        ),
    )


def _core_level(evened: NDArray[np.float32], segmentation: Segmentation, tissue: tuple[str, ...]) -> float:
    """Median intensity where the network is most certain of a tissue; NaN where there is none."""
    labels = labels_of(*tissue)
    here = np.isin(segmentation.labels, labels)
    if not here.any():
        return float("nan")
    probability = segmentation.probabilities[list(labels)].amax(dim=0).numpy()[here]
    return float(np.median(evened[here][probability >= np.quantile(probability, SUREST)]))


def _share(level: float, of: float) -> float:
    """The ratio of two levels; infinite, which fails, where either is unknown or zero."""
    return level / of if of > 0 and np.isfinite(level) else float("inf")


def _looks_like(grey_share: float, fluid_share: float) -> str:
    """The likely sequence, in words."""
    if grey_share > 1 and fluid_share > 1:
        return "White matter is darker than grey matter and CSF is brighter than both: this looks like a T2."
    if grey_share > 1 and fluid_share > FLUID_AND_GREY_MATTER.high:
        return "White matter is darker than grey matter and CSF is not dark: this looks like a proton density or T2 image."
    if grey_share > 1:
        return "White matter is darker than grey matter, but CSF is dark: this looks like a FLAIR or proton density image."
    return "Grey matter, white matter and CSF hardly differ: this is not a T1, or its contrast is too low."
