"""A Scan is valid once built, and what could not be one is refused with a sentence."""

import numpy as np
import pytest

from adcore.case.scan import MAX_AXIS, Scan, SourceFormat, check_affine, check_shape, coarse_spacing
from adcore.errors import UnsupportedScanError
from tests.support.builders import as_scan, orientations, reorient, rotation, tiny_volume


def test_spacing_is_measured_along_the_voxel_axes_of_an_oblique_scan():
    np.testing.assert_allclose(as_scan(*tiny_volume()).spacing, [1.0, 1.25, 1.5])


def test_every_voxel_order_of_a_scan_is_a_scan_of_the_same_head():
    voxels, affine = tiny_volume()
    place = affine @ [1, 2, 3, 1]
    for order, flips in orientations():
        scan = as_scan(*reorient(voxels, affine, order, flips))
        index = np.linalg.solve(scan.affine, place)[:3].round().astype(int)
        assert scan.voxels[tuple(index)] == voxels[1, 2, 3]


def test_there_are_48_different_voxel_orders():
    voxels, affine = tiny_volume()
    assert len({reorient(voxels, affine, *way)[1].tobytes() for way in orientations()}) == 48


def test_voxels_and_affine_cannot_be_changed():
    scan = as_scan(*tiny_volume())
    with pytest.raises(ValueError, match="read-only"):
        scan.voxels[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        scan.affine[0, 0] = 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, -1e30])
def test_one_impossible_intensity_is_refused(bad):
    voxels, affine = tiny_volume()
    voxels[2, 3, 4] = bad
    with pytest.raises(UnsupportedScanError, match="finite intensities"):
        as_scan(voxels, affine)


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_a_constant_volume_is_no_image(value):
    voxels, affine = tiny_volume()
    with pytest.raises(UnsupportedScanError, match="every voxel has the same value"):
        as_scan(np.full_like(voxels, value), affine)


def test_another_dtype_is_the_programmers_mistake():
    voxels, affine = tiny_volume()
    with pytest.raises(TypeError, match="float32"):
        Scan(voxels.astype(np.float64), affine, SourceFormat.SYNTHETIC, "0" * 64)
    with pytest.raises(TypeError, match="float64"):
        Scan(voxels, affine.astype(np.float32), SourceFormat.SYNTHETIC, "0" * 64)


@pytest.mark.parametrize(
    "shape", [(2, 2, 2), (MAX_AXIS, 3, MAX_AXIS), (MAX_AXIS, MAX_AXIS, 128), (512, 512, 512), (640, 640, 320)]
)
def test_shapes_at_the_limits_are_accepted(shape):
    check_shape(shape)


@pytest.mark.parametrize(
    "shape", [(), (5,), (5, 6), (5, 6, 7, 2), (5, 6, 7, 1), (1, 6, 7), (0, 6, 7), (-5, 6, 7), (5, 6, MAX_AXIS + 1)]
)
def test_other_shapes_are_refused_by_what_came(shape):
    with pytest.raises(UnsupportedScanError, match="got shape"):
        check_shape(shape)


@pytest.mark.parametrize("shape", [(MAX_AXIS, MAX_AXIS, 129), (513, 512, 512), (MAX_AXIS, MAX_AXIS, MAX_AXIS)])
def test_more_voxels_than_a_volume_may_have_are_refused_however_they_are_arranged(shape):
    with pytest.raises(UnsupportedScanError, match=r"at most 134,217,728 voxels \(512 x 512 x 512\)"):
        check_shape(shape)


@pytest.mark.parametrize("degrees", [0, 40, 90, 180])
def test_oblique_permuted_and_left_handed_affines_are_accepted(degrees):
    check_affine(rotation(degrees, degrees / 2, 0))
    check_affine(rotation(degrees, degrees / 2, 0) @ np.diag([-1.0, 1.0, 1.0, 1.0]))


def _changed(row: int, column: int, value: float) -> np.ndarray:
    affine = np.diag([1.0, 1.25, 1.5, 1.0])
    affine[row, column] = value
    return affine


@pytest.mark.parametrize(
    ("affine", "reason"),
    [
        (_changed(0, 0, np.nan), "finite 4 by 4"),
        (_changed(2, 3, np.inf), "finite 4 by 4"),
        (_changed(3, 0, 1.0), "finite 4 by 4"),
        (np.eye(3), "finite 4 by 4"),
        (_changed(0, 0, 0.0), "0 x 1.25 x 1.5 mm"),
        (_changed(1, 1, 0.001), "check its unit of length"),
        (_changed(1, 1, 25.0), "check its unit of length"),
        (_changed(1, 1, 1e300), "check its unit of length"),
        (_changed(0, 3, 1e300), "scanner's centre"),
        (_changed(0, 1, 0.2), "sheared"),
        (np.array([[1.0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), "singular"),
    ],
)
def test_an_affine_that_places_no_head_is_refused(affine, reason):
    with pytest.raises(UnsupportedScanError, match=reason):
        check_affine(affine)


def test_the_rounding_of_a_float32_header_is_no_shear():
    check_affine((rotation(33, 21, 12) @ np.diag([0.9, 1.1, 1.3, 1.0])).astype(np.float32).astype(np.float64))


@pytest.mark.parametrize(("slices_mm", "warned"), [(1, 0), (6, 0), (6.5, 1), (20, 1), (np.nan, 0)])
def test_slices_thicker_than_clinics_make_them_are_warned_of(slices_mm, warned):
    assert len(coarse_spacing(rotation(20, 0, 0) @ np.diag([1, 1, slices_mm, 1]))) == warned


@pytest.mark.parametrize(
    ("spacing", "said"), [(20.0004, "got 20.0004 x 1 x 1 mm"), (0.09999, "got 0.09999 x 1 x 1 mm"), (25.0, "got 25 x 1 x 1 mm")]
)
def test_a_length_that_is_refused_never_looks_like_the_limit(spacing, said):
    with pytest.raises(UnsupportedScanError, match=f"voxels of 0.1 to 20 mm, {said}"):
        check_affine(np.diag([spacing, 1.0, 1.0, 1.0]))


def test_a_distance_that_is_refused_never_looks_like_the_limit():
    affine = np.eye(4)
    affine[0, 3] = 10_004
    with pytest.raises(UnsupportedScanError, match=r"within 10 m of the scanner's centre, got one at 10\.004 m"):
        check_affine(affine)
