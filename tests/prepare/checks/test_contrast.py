import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from adcore.prepare.checks.contrast import FLUID, GREY, WHITE, check_contrast
from adcore.prepare.segmentation.segmentation import Segmentation
from adcore.prepare.segmentation.structures import CLASSES, labels_of


def head(fluid: float, grey: float, white: float) -> tuple[NDArray[np.float32], Segmentation]:
    """Three slabs of tissue whose borders are unsure, and mixed with their neighbour."""
    labels = np.zeros((9, 6, 7), dtype=np.uint8)
    evened = np.zeros(labels.shape, dtype=np.float32)
    probabilities = torch.zeros(CLASSES, *labels.shape)
    for slab, (tissue, level) in enumerate(((FLUID, fluid), (GREY, grey), (WHITE, white))):
        label = labels_of(*tissue)[0]
        rows = slice(3 * slab, 3 * slab + 3)
        labels[rows], evened[rows], probabilities[label, rows] = label, level, 0.6
        evened[3 * slab], evened[3 * slab + 2] = 0.7, 0.7
        probabilities[label, 3 * slab + 1] = 0.95
    return evened, Segmentation(probabilities, labels, np.zeros(CLASSES))


def test_a_t1_passes_on_the_cores_of_its_tissues() -> None:
    grey, fluid = check_contrast(*head(0.3, 0.7, 1.0))
    assert grey.passed
    assert fluid.passed
    assert grey.value == pytest.approx(0.7)
    assert fluid.value == pytest.approx(3 / 7)


@pytest.mark.parametrize(
    ("levels", "named"),
    [
        ((1.0, 0.55, 0.35), "a T2"),
        ((0.1, 0.7, 0.5), "a FLAIR"),
        ((0.95, 1.0, 0.75), "proton density or T2"),
        ((0.85, 0.9, 0.92), "hardly differ"),
    ],
)
def test_another_sequence_fails_and_is_named(levels: tuple[float, float, float], named: str) -> None:
    failed = [check for check in check_contrast(*head(*levels)) if not check.passed]
    assert failed
    assert all(named in check.sentence for check in failed)


def test_a_tissue_that_was_not_found_fails() -> None:
    evened, segmentation = head(0.3, 0.7, 1.0)
    segmentation.labels[segmentation.labels == labels_of(*FLUID)[0]] = 0
    assert not check_contrast(evened, segmentation)[1].passed
