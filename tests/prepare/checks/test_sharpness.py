import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from adcore.prepare.checks.sharpness import check_noise, check_sharpness, check_spacing, noise_level, smoothness_mm
from adcore.prepare.segmentation.structures import Side, label_of

SHAPE = (40, 44, 48)


def white_brain() -> NDArray[np.uint8]:
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[4:-4, 4:-4, 4:-4] = label_of("white matter", Side.LEFT)
    return labels


def texture(width_mm: float, axis: int | None = None) -> NDArray[np.float32]:
    """Noise smoothed to a full width at half maximum on a grid of 2 mm, along one axis more."""
    values = np.random.default_rng(0).standard_normal(SHAPE)
    for along in range(3):
        width = 2 * width_mm if along == axis else width_mm
        values = gaussian_filter1d(values, width / 2.3548 / 2, axis=along)
    return (1 + 0.2 * values / values.std()).astype(np.float32)


def test_the_width_of_a_gaussian_texture_is_found() -> None:
    # the texture's own correlation is as wide as the kernel convolved with itself; Forman's formula gives the kernel's width
    np.testing.assert_allclose(smoothness_mm(texture(6.0), white_brain()), 6.0, rtol=0.1)


def test_blur_along_one_axis_fails_and_names_it() -> None:
    assert check_sharpness(texture(6.0), white_brain()).passed
    check = check_sharpness(texture(6.0, axis=2), white_brain())
    assert not check.passed
    assert "bottom to top" in check.sentence


def test_noise_is_measured_beside_a_smooth_gain() -> None:
    gain = 1 + 0.2 * np.linspace(-1, 1, SHAPE[0])[:, None, None]
    noisy = (gain * np.ones(SHAPE) + np.random.default_rng(0).normal(0, 0.04, SHAPE)).astype(np.float32)
    assert noise_level(noisy, white_brain()) == pytest.approx(0.04, rel=0.05)


@pytest.mark.parametrize(("level", "passed"), [(0.01, True), (0.2, False)])
def test_a_noisy_scan_fails(level: float, passed: bool) -> None:
    noisy = (1 + np.random.default_rng(0).normal(0, level, SHAPE)).astype(np.float32)
    assert check_noise(noisy, white_brain()).passed is passed


def test_a_scan_without_white_matter_is_neither_sharp_nor_quiet() -> None:
    nothing = np.zeros(SHAPE, dtype=np.uint8)
    assert not check_sharpness(texture(6.0), nothing).passed
    assert not check_noise(texture(6.0), nothing).passed


@pytest.mark.parametrize(("spacing", "passed"), [((1.0, 1.0, 1.2), True), ((0.9, 0.9, 8.0), False)])
def test_thick_slices_fail(spacing: tuple[float, float, float], passed: bool) -> None:
    assert check_spacing(np.array(spacing)).passed is passed
