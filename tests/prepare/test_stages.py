import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import slice_affine, slice_mask
from adcore.prepare.stages import PrepareStep, prepare_scan
from tests.support.builders import MARKER_MM, Head, as_scan, head, reorient

AXIS_ORDERS = {
    (0, 1, 2): (True, False, False),
    (0, 2, 1): (False, True, True),
    (1, 0, 2): (True, True, False),
    (1, 2, 0): (False, False, True),
    (2, 0, 1): (True, True, True),
    (2, 1, 0): (False, True, False),
}
"""Every order of axes once, with flips; that all 48 orders become the same upright volume is tested for the volume."""


pytestmark = pytest.mark.usefixtures("remembered")


def marker_pixel(prepared: PreparedScan) -> tuple[int, int, int]:
    image, row, column = np.rint(apply_affine(slice_affine(prepared.config.slices), np.array(MARKER_MM))).astype(int)
    return int(image), int(row), int(column)


@pytest.mark.slow
@pytest.mark.parametrize("order", AXIS_ORDERS)
def test_the_same_brain_gives_the_same_slices_in_any_voxel_order(
    order: tuple[int, int, int], phantom: Head, prepared: PreparedScan
) -> None:
    flips = AXIS_ORDERS[order]
    other = prepare_scan(as_scan(*reorient(phantom.voxels, phantom.affine, order, flips)))
    np.testing.assert_allclose(other.slices, prepared.slices, atol=1e-3)
    expected, _ = reorient(prepared.brain_mask.astype(np.float32), phantom.affine, order, flips)
    assert np.mean(other.brain_mask != (expected > 0)) < 1e-3


def test_the_marked_side_stays_on_the_patients_side(prepared: PreparedScan) -> None:
    image, row, column = marker_pixel(prepared)
    assert column < prepared.config.slices.size / 2  # the patient's left is at column 0
    mirrored = prepared.config.slices.size - 1 - column
    assert prepared.slices[image, row, column] > 1.3
    assert prepared.slices[image, row, mirrored] < 1.15


def test_a_heat_on_the_marker_is_painted_on_the_marker(phantom: Head, prepared: PreparedScan) -> None:
    image, row, column = marker_pixel(prepared)
    heat = np.zeros_like(prepared.slices)
    heat[image, row - 2 : row + 3, column - 2 : column + 3] = 1.0
    hottest = np.unravel_index(prepared.paint_slices(heat).argmax(), phantom.voxels.shape)
    where_mm = phantom.affine[:3, :3] @ np.array(hottest) + phantom.affine[:3, 3]
    assert np.abs(where_mm - phantom.marker_mm).max() < 5  # voxels of 4 mm


def test_slices_fit_the_networks_and_every_check_has_its_own_name(prepared: PreparedScan) -> None:
    assert prepared.slices.shape == slice_mask(prepared.config.slices).shape
    assert prepared.slices.dtype == np.float32
    assert not prepared.slices[~slice_mask(prepared.config.slices)].any()
    assert len({check.name for check in prepared.checks}) == len(prepared.checks) == 18
    assert prepared.fit


@pytest.mark.slow
def test_intensity_scale_and_offset_do_not_matter(phantom: Head, prepared: PreparedScan) -> None:
    other = prepare_scan(as_scan(phantom.voxels * 350 - 1000, phantom.affine))
    np.testing.assert_allclose(other.slices, prepared.slices, atol=0.01)


def test_a_whole_head_loses_its_skull_and_is_not_taken_for_stripped(phantom: Head, prepared: PreparedScan) -> None:
    brain = head(skull=False).voxels > 0.2
    assert not prepared.already_stripped
    dice = 2 * np.count_nonzero(prepared.brain_mask & brain) / (np.count_nonzero(prepared.brain_mask) + np.count_nonzero(brain))
    assert dice > 0.93
    assert np.count_nonzero(phantom.voxels > 0.2) > 1.3 * np.count_nonzero(brain)  # there was a scalp to lose
    volume_litres = prepared.brain_mask.sum() * np.prod(prepared.scan.spacing) / 1e6
    assert volume_litres == pytest.approx(1.88, abs=0.15)  # MNI152's own brain mask


@pytest.mark.slow
@pytest.mark.parametrize("background", [0.0, 0.3])
def test_a_stripped_scan_is_recognised_and_keeps_its_own_outline(background: float) -> None:
    brain = head(skull=False, noise=0.0)
    outline = brain.voxels > 0.05
    voxels = np.where(outline, brain.voxels + background, background).astype(np.float32)
    prepared = prepare_scan(as_scan(voxels, brain.affine))
    assert prepared.already_stripped
    assert not prepared.brain_mask[~outline].any() or np.mean(prepared.brain_mask & ~outline) < 0.002
    assert np.mean(outline & ~prepared.brain_mask) < 0.002


@pytest.mark.slow
def test_a_head_cut_through_the_slices_fails_the_field_of_view(phantom: Head) -> None:
    affine = phantom.affine.copy()
    affine[:3, 3] += affine[:3, 0] * 16
    checks = {check.name: check for check in prepare_scan(as_scan(phantom.voxels[16:], affine)).checks}
    assert not checks["field of view"].passed
    assert "whole head" in checks["field of view"].sentence


@pytest.mark.slow
def test_stages_are_told_in_order(phantom: Head) -> None:
    reported: list[str] = []
    config = PreparationConfig(bias_iterations=(1,))
    prepared = prepare_scan(as_scan(phantom.voxels, phantom.affine), config, reported.append)
    assert reported == list(PrepareStep)
    assert prepared.config is config
