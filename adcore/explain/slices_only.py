"""Where the networks looked on a cohort's planes, where there is no whole scan to paint the maps on."""

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
    """Raw Grad-CAM of both image networks on one person's planes.

    Attributes:
        planes: float32 (N, H, W), what the networks read: row 0 superior, column 0 at the patient's left.
        y_mm: MNI y of each plane.
        maps: float32 (N, h, w) by image branch, at its own resolution, in log-odds: never rescaled to a picture's maximum.
        display_maximum: the value of the top colour by image branch, the same for everyone, from the model's card.
        regions: shares of positive evidence, by where the parts of the brain usually lie: this person's own are not known.
    """

    slices: NDArray[np.float32]
    y_mm: tuple[float, ...]
    maps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]
    regions: dict[Branch, tuple[RegionSaliency, ...]]


def read_cohort_slices(
    slices: NDArray[np.float32], config: SliceConfig, predictor: Predictor, t88_slices: tuple[int, ...] | None = None
) -> ScanReading:
    """Run both networks on planes (N, H, W) that a cohort holds.

    Args:
        t88_slices: which of the configuration's places the N planes take; all of them where it is not given.
    Raises:
        PreparationMismatchError: the planes were made with another configuration than the networks were trained on.
    """
    if config.digest != predictor.card.slices_digest:
        raise PreparationMismatchError(
            f"The model '{predictor.card.name}' reads planes of configuration {predictor.card.slices_digest}, these were made "
            f"with {config.digest}. Read the cohort with the model's own configuration."
        )
    return predictor.read_slices(slices, replace(config, t88_slices=t88_slices or config.t88_slices).y_mm)


def explain_slices(
    slices: NDArray[np.float32], config: SliceConfig, predictor: Predictor, t88_slices: tuple[int, ...] | None = None
) -> SliceExplanation:
    """Map where the networks found evidence for impairment on one person's planes (N, H, W).

    Args:
        t88_slices: as read_cohort_planes takes them.
    Raises:
        PreparationMismatchError: as read_cohort_planes.
    """
    reading = read_cohort_slices(slices, config, predictor, t88_slices)
    maps = {branch: raw_gradcam(predictor.network.image_branch(branch), reading.maps[branch]) for branch in IMAGE_BRANCHES}
    places = [config.t88_slices.index(number) for number in t88_slices or config.t88_slices]
    parts = usual_structures(config)[places]
    return SliceExplanation(
        slices=slices,
        y_mm=tuple(config.y_mm[place] for place in places),
        maps=maps,
        display_maximum={branch: predictor.card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES},
        regions={branch: saliency_by_region(branch, maps[branch], parts, config) for branch in IMAGE_BRANCHES},
    )


@lru_cache(maxsize=2)
def usual_structures(config: SliceConfig) -> NDArray[np.uint8]:
    """The part of the brain that most people have at each pixel of the planes, uint8 (N, H, W)."""
    labels = load_structures().network.usual_labels().numpy()
    nearest = np.rint(apply_affine(np.linalg.inv(grid_affine()), slice_points(config))).astype(int)
    inside = np.all((nearest >= 0) & (nearest < labels.shape), axis=-1)
    found = labels[tuple(np.moveaxis(np.where(inside[..., None], nearest, 0), -1, 0))]
    parts: NDArray[np.uint8] = np.where(inside, found, OUTSIDE).astype(np.uint8)
    return parts
