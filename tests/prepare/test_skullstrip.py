import numpy as np
import pytest
from numpy.typing import NDArray

from adcore.prepare.segmentation.network import GRID_SHAPE, grid_affine
from adcore.prepare.skullstrip import carry_to_scan, constant_background
from adcore.prepare.template import load_template
from adcore.prepare.volume import resample
from tests.support.builders import as_scan, tiny_volume


def depth() -> NDArray[np.float32]:
    return load_template().depth_mm.values.numpy()


def brain_image() -> NDArray[np.float32]:
    """The template's brain on the structure network's grid."""
    image = load_template().levels[2].image
    return resample(image.values, np.linalg.inv(image.affine) @ grid_affine(), GRID_SHAPE).numpy()


def test_a_constant_surrounding_is_recognised_whatever_its_value() -> None:
    covered = np.ones(GRID_SHAPE, dtype=bool)
    for value in (0.0, 0.4, -3.0):
        stripped = np.where(depth() > 0, brain_image(), value).astype(np.float32)
        found = constant_background(stripped, covered, depth(), white=0.85)
        assert found is not None
        assert abs(found - value) < 1e-6


def test_skull_and_scalp_are_no_constant_surrounding() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, GRID_SHAPE)
    head = (brain_image() + 0.8 * (depth() < -8) + noise).astype(np.float32)
    assert constant_background(head, np.ones(GRID_SHAPE, dtype=bool), depth(), white=0.85) is None


def test_an_outline_has_the_same_volume_on_the_scans_grid() -> None:
    voxels, affine = tiny_volume((60, 70, 50))
    affine = affine @ np.diag([3, 3, 3, 1])
    affine[:3, 3] = [-90, -120, -80]
    inside = depth() > 10
    mask = carry_to_scan(inside, as_scan(voxels, affine), np.eye(4))
    volume = mask.sum() * abs(np.linalg.det(affine[:3, :3]))
    assert volume == pytest.approx(inside.sum() * 8, rel=0.03)
