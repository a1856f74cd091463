import numpy as np
import pytest
from numpy.typing import NDArray

from adcore.errors import PreparationError
from adcore.prepare.checks.image import LEAST_VALUES, equal_neighbours, require_image
from adcore.prepare.stages import prepare_scan
from tests.support.builders import Head, as_scan

SHAPE = (24, 26, 28)


def blocks(labels: int) -> NDArray[np.float32]:
    """A map of so many labels in blocks of 4 voxels, 0 around them."""
    values = np.random.default_rng(0).integers(1, labels + 1, (4, 4, 5))
    return np.pad(np.kron(values, np.ones((4, 4, 4))), 4).astype(np.float32)


@pytest.mark.parametrize("labels", [1, 3, 14])
def test_a_map_of_a_few_labels_or_a_mask_is_no_image(labels: int) -> None:
    with pytest.raises(PreparationError, match=rf"only {labels + 1} different values.*mask"):
        require_image(blocks(labels))


def test_a_map_of_many_labels_is_no_image() -> None:
    labels = blocks(120)
    assert len(np.unique(labels)) > LEAST_VALUES
    assert equal_neighbours(labels) == pytest.approx(0.8)  # of 15 pairs in a row, 12 lie within a block
    with pytest.raises(PreparationError, match="map of labels"):
        require_image(labels)


def test_the_background_is_no_label() -> None:
    stripped = np.zeros(SHAPE, np.float32)
    stripped[8:14, 8:14, 8:14] = np.random.default_rng(0).random((6, 6, 6))
    require_image(stripped)
    assert equal_neighbours(stripped) == 0


@pytest.mark.parametrize("scale", [1.0, 1e-9, -1e6])
def test_an_image_of_8_bits_in_any_unit_is_an_image(phantom: Head, scale: float) -> None:
    shades = np.clip(255 * phantom.voxels / phantom.voxels.max(), 0, 255).astype(np.uint8)
    require_image((scale * shades).astype(np.float32))


def test_labels_are_refused_before_they_are_registered(phantom: Head) -> None:
    tissues = np.digitize(phantom.voxels, [0.2, 0.5, 0.75]).astype(np.float32)
    with pytest.raises(PreparationError, match="4 different values"):
        prepare_scan(as_scan(tissues, phantom.affine))
