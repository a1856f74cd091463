"""Saliency on a cohort's slices, where there is no whole scan to map it onto."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.explanation import RegionSaliency
from adcore.explain.gradcam import raw_gradcam
from adcore.explain.regions import saliency_by_region
from adcore.predict import Predictor, ScanReading
from adcore.prepare.segmentation.model import load_structures
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import OUTSIDE
from adcore.prepare.slices import SliceConfig, slice_points


@dataclass(frozen=True, eq=False)
class SliceExplanation:
    """Raw Grad-CAM of both image networks on one participant's slices.

    Attributes:
        slices: float32 (N, H, W), as the networks read them: row 0 superior, column 0 at the patient's left.
        y_mm: MNI y of each slice.
        maps: float32 (N, h, w) by image branch, at its own resolution, in log-odds: never rescaled to an image's maximum.
        display_maximum: the value of the top colour by image branch, the same for everyone, from the model's card.
        regions: shares of positive saliency, by the usual location of structures: the participant's own are not known.
    """

    slices: NDArray[np.float32]
    y_mm: tuple[float, ...]
    maps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]
    regions: dict[Branch, tuple[RegionSaliency, ...]]


def read_cohort_slices(
    slices: NDArray[np.float32], config: SliceConfig, predictor: Predictor, t88_slices: tuple[int, ...] | None = None
) -> ScanReading:
    """Run both networks on a cohort's slices (N, H, W).

    Args:
        t88_slices: which of the configuration's positions the N slices have; all of them by default.
    Raises:
        PreparationMismatchError: the slices were made with another configuration than the networks were trained on.
    """
    if config.digest != predictor.card.slices_digest:
        raise PreparationMismatchError(
            f"The model '{predictor.card.name}' reads slices of configuration {predictor.card.slices_digest}, these were made "
            f"with {config.digest}. Read the cohort with the model's own configuration."
        )
    return predictor.read_slices(slices, replace(config, t88_slices=t88_slices or config.t88_slices).y_mm)


def explain_slices(
    slices: NDArray[np.float32], config: SliceConfig, predictor: Predictor, t88_slices: tuple[int, ...] | None = None
) -> SliceExplanation:
    """Map both networks' saliency for impairment on one participant's slices (N, H, W).

    Args:
        t88_slices: as for read_cohort_slices.
    Raises:
        PreparationMismatchError: as for read_cohort_slices.
    """
    reading = read_cohort_slices(slices, config, predictor, t88_slices)
    maps = {branch: raw_gradcam(predictor.network.image_branch(branch), reading.maps[branch]) for branch in IMAGE_BRANCHES}
    positions = [config.t88_slices.index(number) for number in t88_slices or config.t88_slices]
    structures = usual_structures(config)[positions]
    return SliceExplanation(
        slices=slices,
        y_mm=tuple(config.y_mm[place] for place in positions),
        maps=maps,
        display_maximum={branch: predictor.card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES},
        regions={branch: saliency_by_region(branch, maps[branch], structures, config) for branch in IMAGE_BRANCHES},
    )


@lru_cache(maxsize=2)
def usual_structures(config: SliceConfig) -> NDArray[np.uint8]:
    """The most frequent structure at each pixel of the slices, uint8 (N, H, W)."""
    labels = load_structures().network.usual_labels().numpy()
    nearest = np.rint(apply_affine(np.linalg.inv(grid_affine()), slice_points(config))).astype(int)
    inside = np.all((nearest >= 0) & (nearest < labels.shape), axis=-1)
    usual = labels[tuple(np.moveaxis(np.where(inside[..., None], nearest, 0), -1, 0))]
    structures: NDArray[np.uint8] = np.where(inside, usual, OUTSIDE).astype(np.uint8)
    return structures
