import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.prepare.slices import (
    T88_CENTRE,
    T88_PIVOT_MM,
    T88_X_OFFSET,
    T88_X_SCALE,
    T88_Z_OFFSET,
    T88_Z_SCALE,
    SliceConfig,
    slice_affine,
    slice_mask,
    slice_points,
    t88_pixels,
    tilt,
)

CONFIG = SliceConfig()
PIVOT = np.array(T88_PIVOT_MM)


def test_every_pixel_comes_back_from_its_place_in_the_atlas() -> None:
    found = apply_affine(slice_affine(CONFIG), slice_points(CONFIG))
    expected = np.moveaxis(np.indices((10, 112, 112)), 0, -1)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_the_tilt_turns_and_shifts_but_never_stretches() -> None:
    np.testing.assert_allclose(tilt()[:3, :3] @ tilt()[:3, :3].T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(tilt(0, 0, 0), np.eye(4), atol=1e-12)
    np.testing.assert_allclose(apply_affine(tilt(), PIVOT), PIVOT + np.array([T88_X_OFFSET, 0, 0]))


def test_a_positive_roll_lowers_the_patients_right_and_a_negative_yaw_moves_it_back() -> None:
    x, y, z = apply_affine(tilt(1.5, -1.1, 0), PIVOT + np.array([60.0, 0, 0])) - PIVOT
    assert z == pytest.approx(-60 * np.sin(np.radians(1.5)), abs=1e-6)
    assert y == pytest.approx(-60 * np.sin(np.radians(1.1)), abs=1e-2)
    assert 59.9 < x < 60


def test_the_cohorts_own_slices_are_read_upright() -> None:
    rows, columns = t88_pixels(CONFIG)
    z_mm, x_mm = CONFIG.centre_z_mm - 1.35 * (np.arange(112) - 55.5), 1.35 * (np.arange(112) - 55.5)
    np.testing.assert_allclose(rows, np.tile((T88_CENTRE - (z_mm - T88_Z_OFFSET) / T88_Z_SCALE)[:, None], 112), atol=1e-9)
    np.testing.assert_allclose(columns, np.tile(T88_CENTRE + x_mm / T88_X_SCALE, (112, 1)), atol=1e-9)


def test_the_outline_is_as_symmetric_as_the_template_whatever_the_tilt() -> None:
    mask = slice_mask(CONFIG)
    assert np.mean(mask == mask[:, :, ::-1]) > 0.99
