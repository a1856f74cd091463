"""Where the networks looked on a cohort's planes, where there is no whole scan to paint the maps on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.errors import PreparationMismatchError
from adcore.explain.gradcam import raw_gradcam
from adcore.predict import PlaneReading, Predictor, read_planes
from adcore.prepare.planes import PlaneConfig


@dataclass(frozen=True, eq=False)
class PlaneExplanation:
    """Raw Grad-CAM of both image networks on one person's planes.

    Attributes:
        planes: float32 (N, H, W), what the networks read: row 0 superior, column 0 at the patient's left.
        y_mm: MNI y of each plane.
        maps: float32 (N, h, w) by image branch, at its own resolution, in log-odds: never rescaled to a picture's maximum.
        display_maximum: the value of the top colour by image branch, the same for everyone, from the model's card.
    """

    planes: NDArray[np.float32]
    y_mm: tuple[float, ...]
    maps: dict[Branch, NDArray[np.float32]]
    display_maximum: dict[Branch, float]


def read_cohort_planes(planes: NDArray[np.float32], config: PlaneConfig, predictor: Predictor) -> PlaneReading:
    """Run both networks on planes (N, H, W) that a cohort holds.

    Raises:
        PreparationMismatchError: the planes were made with another configuration than the networks were trained on.
    """
    if config.digest != predictor.card.planes_digest:
        raise PreparationMismatchError(
            f"The model '{predictor.card.name}' reads planes of configuration {predictor.card.planes_digest}, these were made "
            f"with {config.digest}. Read the cohort with the model's own configuration."
        )
    return read_planes(predictor.network, planes)


def explain_planes(planes: NDArray[np.float32], config: PlaneConfig, predictor: Predictor) -> PlaneExplanation:
    """Map where the networks found evidence for impairment on one person's planes (N, H, W).

    Raises:
        PreparationMismatchError: as read_cohort_planes.
    """
    reading = read_cohort_planes(planes, config, predictor)
    return PlaneExplanation(
        planes=planes,
        y_mm=config.y_mm,
        maps={branch: raw_gradcam(predictor.network.image_branch(branch), reading.maps[branch]) for branch in IMAGE_BRANCHES},
        display_maximum={branch: predictor.card.cam_maximum[branch.value] for branch in IMAGE_BRANCHES},
    )
