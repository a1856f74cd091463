import numpy as np
import pytest
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from scipy import ndimage

from adcore.case.check import Check
from adcore.prepare.checks.brightness import (
    check_clipping,
    check_contrast_agent,
    check_noise_in_air,
    check_receive_gain,
    clipped_share,
)
from adcore.prepare.checks.limits import CLIPPING
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.network import GRID_SHAPE, grid_affine
from adcore.prepare.segmentation.structures import OUTSIDE, labels_of
from adcore.prepare.stages import prepare_scan
from adcore.prepare.template import load_template
from adcore.prepare.volume import Volume, resample
from tests.support.builders import Head, as_scan

THIN = np.array([1.0, 1.0, 1.2])
WINDOWS = {"a fifth of white matter": 80.0, "half of it": 50.0, "most of it": 10.0}
"""Percentile of white matter at which a display window ends."""


def clipping(voxels: NDArray[np.number], phantom: Head, prepared: PreparedScan) -> Check:
    volume = Volume(torch.from_numpy(voxels.astype(np.float32)), phantom.affine)
    return check_clipping(volume, prepared.segmentation.labels, prepared.atlas_to_scan)


def windowed(phantom: Head, prepared: PreparedScan, percentile: float) -> NDArray[np.uint8]:
    """The phantom as a picture of 8 bits, its window ending at a percentile of white matter."""
    white = np.isin(prepared.structures, labels_of("white matter"))
    top = np.percentile(phantom.voxels[white], percentile)
    return np.clip(255 * phantom.voxels / top, 0, 255).astype(np.uint8)


def test_a_head_that_was_not_windowed_passes_in_floats_and_in_8_bits(phantom: Head, prepared: PreparedScan) -> None:
    assert clipping(phantom.voxels, phantom, prepared).passed
    assert clipping(np.rint(255 * phantom.voxels / phantom.voxels.max()), phantom, prepared).passed


@pytest.mark.parametrize("percentile", WINDOWS.values(), ids=WINDOWS)
def test_white_matter_clipped_by_a_display_window_fails(phantom: Head, prepared: PreparedScan, percentile: float) -> None:
    check = clipping(windowed(phantom, prepared, percentile), phantom, prepared)
    assert not check.passed
    assert check.value > 0.7 * (100 - percentile)
    assert "display window" in check.sentence
    assert "different shades, as a picture of 8 bits" in check.sentence


def test_a_clipped_scan_of_more_than_8_bits_is_not_called_a_picture_of_8(phantom: Head, prepared: PreparedScan) -> None:
    white = np.isin(prepared.structures, labels_of("white matter"))
    check = clipping(np.minimum(phantom.voxels, np.percentile(phantom.voxels[white], 50)), phantom, prepared)
    assert not check.passed
    assert "8 bits" not in check.sentence


@pytest.mark.slow
def test_a_windowed_head_is_not_fit(phantom: Head, prepared: PreparedScan) -> None:
    picture = windowed(phantom, prepared, 50.0).astype(np.float32)
    failed = {check.code for check in prepare_scan(as_scan(picture, phantom.affine)).checks if not check.passed}
    assert "clipping" in failed


def white_matter(top: float = np.inf, smear: float = 0.0) -> NDArray[np.float32]:
    """A normal distribution cut off at `top`, whose pile resampling has smeared by this standard deviation."""
    rng = np.random.default_rng(3)
    values = rng.normal(1.0, 0.12, 50_000)
    clipped = np.where(values > top, top + smear * rng.standard_normal(len(values)), values)
    return clipped.astype(np.float32)


@pytest.mark.parametrize("top", [1.15, 1.1, 1.0])
def test_what_was_clipped_is_seen_though_splines_smeared_it(top: float) -> None:
    limit = CLIPPING.high / 100
    assert clipped_share(white_matter(top, 0.005)) > limit
    assert clipped_share(white_matter()) < limit


@pytest.mark.parametrize(("share", "clipped"), [(0.02, False), (0.3, True)])
def test_a_pile_below_a_long_tail_counts_only_where_it_holds_much_of_white_matter(share: float, clipped: bool) -> None:
    values = white_matter()
    count = int(share * len(values))
    values[:count] = 1.0 + 0.003 * np.random.default_rng(4).standard_normal(count)
    assert (clipped_share(values) > CLIPPING.high / 100) == clipped


def brain_image(prepared: PreparedScan) -> NDArray[np.float32]:
    """Tissues at their levels, on the structure network's grid."""
    labels = prepared.segmentation.labels
    white = np.isin(labels, labels_of("white matter"))
    return np.where(labels == OUTSIDE, 0.1, np.where(white, 1.0, 0.7)).astype(np.float32)


def vessels(prepared: PreparedScan, where: str) -> NDArray[np.bool_]:
    brain = prepared.segmentation.labels != OUTSIDE
    if where == "around the brain":
        rim = brain & ~ndimage.binary_erosion(brain)
        return rim & (np.indices(brain.shape).sum(axis=0) % 12 == 0)
    if where == "through the brain":
        x, y, _ = np.indices(brain.shape)
        return brain & (x % 20 == 3) & (y % 20 == 3)
    fluid = np.isin(prepared.segmentation.labels, labels_of("lateral ventricle"))
    return fluid & (np.indices(brain.shape)[2] % 2 == 0)


@pytest.mark.parametrize("where", ["around the brain", "through the brain", "in the ventricles"])
def test_vessels_brighter_than_white_matter_fail(prepared: PreparedScan, where: str) -> None:
    image, labels = brain_image(prepared), prepared.segmentation.labels
    assert check_contrast_agent(image, labels, THIN).passed
    image[vessels(prepared, where)] = 1.6
    check = check_contrast_agent(image, labels, THIN)
    assert not check.passed
    assert "contrast agent" in check.sentence


def test_a_gain_that_was_left_is_not_taken_for_contrast_agent(prepared: PreparedScan) -> None:
    labels = prepared.segmentation.labels
    gain = 1 + 0.4 * np.linspace(-1, 1, labels.shape[1])[:, None]
    assert check_contrast_agent((brain_image(prepared) * gain).astype(np.float32), labels, THIN).passed


def test_in_thick_slices_contrast_agent_is_not_looked_for_and_the_sentence_says_so(prepared: PreparedScan) -> None:
    image = brain_image(prepared)
    image[vessels(prepared, "through the brain")] = 1.6
    check = check_contrast_agent(image, prepared.segmentation.labels, np.array([1.0, 1.0, 4.0]))
    assert check.passed
    assert "not looked for" in check.sentence


def uniform_air(phantom: Head, kind: str) -> NDArray[np.floating]:
    """What the ratio of two images makes of air: any value of its range."""
    rng, air = np.random.default_rng(1), phantom.voxels < 0.06
    if kind == "whole numbers":
        return np.where(air, rng.integers(0, 4096, air.shape), 600 + 3000 * phantom.voxels)
    if kind == "half a unit to both sides":
        return np.where(air, rng.uniform(-0.5, 0.5, air.shape), 0.6 * phantom.voxels - 0.3) + 0.5
    return np.where(air, np.abs(rng.normal(0, 0.3, air.shape)), phantom.voxels)


@pytest.mark.parametrize("kind", ["whole numbers", "half a unit to both sides", "a normal distribution"])
def test_air_full_of_noise_fails_and_an_mp2rage_is_named(phantom: Head, prepared: PreparedScan, kind: str) -> None:
    labels, depth = prepared.segmentation.labels, load_template().depth_mm.values.numpy()
    for voxels, passed in ((phantom.voxels, True), (uniform_air(phantom, kind), False)):
        volume = Volume(torch.from_numpy(voxels.astype(np.float32)), phantom.affine)
        check = check_noise_in_air(volume, labels, depth, prepared.atlas_to_scan)
        assert check.passed is passed
        assert ("MP2RAGE" in check.sentence) is not passed


def test_a_scan_without_air_passes(phantom: Head, prepared: PreparedScan) -> None:
    points = apply_affine(np.linalg.inv(phantom.affine) @ prepared.atlas_to_scan, np.array([[-60, -90, -50], [60, 50, 60]]))
    low, high = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    cut = phantom.voxels[low[0] : high[0], low[1] : high[1], low[2] : high[2]].copy()
    affine = phantom.affine.copy()
    affine[:3, 3] = apply_affine(phantom.affine, low)
    depth = load_template().depth_mm.values.numpy()
    volume = Volume(torch.from_numpy(cut), affine)
    assert check_noise_in_air(volume, prepared.segmentation.labels, depth, prepared.atlas_to_scan).value == 0


@pytest.mark.parametrize("reach_mm", [15.0, 25.0, 40.0])
def test_a_surface_coil_that_was_not_normalised_fails(phantom: Head, prepared: PreparedScan, reach_mm: float) -> None:
    labels, depth = prepared.segmentation.labels, load_template().depth_mm.values.numpy()
    to_scan = np.linalg.inv(phantom.affine) @ prepared.atlas_to_scan @ grid_affine()
    plain = resample(torch.from_numpy(phantom.voxels), to_scan, GRID_SHAPE).numpy()
    coil = 0.6 + 4.3 * np.exp(-(depth + 15) / reach_mm)  # 15 mm of scalp and skull
    assert check_receive_gain(plain, labels, depth).passed
    assert check_receive_gain(
        (plain / np.sqrt(coil)).astype(np.float32), labels, depth
    ).passed  # brighter in the middle, as at 3 T
    check = check_receive_gain((plain * coil).astype(np.float32), labels, depth)
    assert not check.passed
    assert "normalised" in check.sentence


def test_a_brain_without_white_matter_passes_none_of_them(phantom: Head, prepared: PreparedScan) -> None:
    nothing = np.zeros(GRID_SHAPE, np.uint8)
    volume = Volume(torch.from_numpy(phantom.voxels), phantom.affine)
    assert not check_clipping(volume, nothing, prepared.atlas_to_scan).passed
    assert not check_contrast_agent(brain_image(prepared), nothing, THIN).passed
    assert not check_receive_gain(brain_image(prepared), nothing, load_template().depth_mm.values.numpy()).passed
