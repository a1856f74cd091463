"""Saliency on a cohort's slices, where there is no whole scan to map it onto."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.explanation import RegionSaliency, SaliencyMethod
from adcore.explain.maps import saliency_maps
from adcore.explain.regions import saliency_by_region
from adcore.predict import Predictor, ScanReading
from adcore.prepare.segmentation.model import load_structures
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import OUTSIDE
from adcore.prepare.slices import SliceConfig, slice_points


@dataclass(frozen=True, eq=False)
class SliceExplanation:
    """Saliency maps of both image networks on one participant's slices.

    Attributes:
        slices: float32 (N, H, W), as the networks read them: row 0 superior, column 0 at the patient's left.
        y_mm: MNI y of each slice.
        maps: float32 (N, h, w) by image branch, at its own resolution, in log-odds: never rescaled to an image's maximum. Below 0
            against impairment, where the method is signed.
        display_maximum: the value of the top colour by image branch, the same for everyone, from the model's card.
        regions: shares of positive saliency, by the usual location of structures: the participant's own are not known.
        method: of the maps.
        withheld: by branch, why its map is not shown; such a map is 0 everywhere.
    """

    slices: NDArray[np.float32]
    y_mm: tuple[float, ...]
    maps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]
    regions: dict[Branch, tuple[RegionSaliency, ...]]
    method: SaliencyMethod = SaliencyMethod.GRADCAM
    withheld: dict[Branch, str] = field(default_factory=dict)


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
    """Map both networks' saliency on one participant's slices (N, H, W), by the model's default method.

    Relative maps need a slice at every place of their reference; a cohort with fewer has Grad-CAM.

    Args:
        t88_slices: as for read_cohort_slices.
    Raises:
        PreparationMismatchError: as for read_cohort_slices.
    """
    reading = read_cohort_slices(slices, config, predictor, t88_slices)
    whole = t88_slices is None or tuple(t88_slices) == config.t88_slices
    saliency = saliency_maps(predictor, slices, reading, None if whole else SaliencyMethod.GRADCAM)
    positions = [config.t88_slices.index(number) for number in t88_slices or config.t88_slices]
    structures = usual_structures(config)[positions]
    return SliceExplanation(
        slices=slices,
        y_mm=tuple(config.y_mm[place] for place in positions),
        maps=saliency.maps,
        display_maximum=saliency.maximum,
        regions={branch: saliency_by_region(branch, saliency.maps[branch], structures, config) for branch in IMAGE_BRANCHES},
        method=saliency.method,
        withheld=saliency.withheld,
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
