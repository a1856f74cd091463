import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import slice_affine, slice_points
from tests.support.builders import as_scan, no_parts, rotation

CONFIG = PreparationConfig()


@pytest.fixture(scope="module")
def tilted() -> PreparedScan:
    """A scan of 1.5 mm voxels around the slices, in which the atlas is tilted; only its geometry matters."""
    affine = rotation(4, -3, 5) @ np.diag([-1.5, 1.5, 1.5, 1.0])
    affine[:3, 3] = [120, -60, -90]
    voxels = np.random.default_rng(0).random((140, 48, 120)).astype(np.float32)
    blank = np.zeros((len(CONFIG.slices.t88_slices), 112, 112), dtype=np.float32)
    return PreparedScan(
        scan=as_scan(voxels, affine),
        config=CONFIG,
        atlas_to_scan=rotation(-6, 8, 0),
        brain_mask=voxels > 0.5,
        segmentation=no_parts(),
        slices=blank,
        slice_structures=blank.astype(np.uint8),
        already_stripped=False,
        checks=(),
    )


def maps(side: int) -> np.ndarray:
    return np.zeros((len(CONFIG.slices.t88_slices), side, side), dtype=np.float32)


def where_painted(prepared: PreparedScan, painted: np.ndarray) -> np.ndarray:
    """MNI millimetres of the painted voxels' centre of mass."""
    voxels = np.argwhere(painted > 0)
    return apply_affine(prepared.voxels_to_atlas, np.average(voxels, axis=0, weights=painted[painted > 0]))


def test_points_come_back_from_the_atlas_and_from_voxels(tilted: PreparedScan) -> None:
    points = np.random.default_rng(1).uniform(-80, 80, (4, 5, 3))
    np.testing.assert_allclose(tilted.atlas_from_scan_points(tilted.scan_from_atlas_points(points)), points, atol=1e-9)
    voxels = tilted.voxels_from_atlas_points(points)
    np.testing.assert_allclose(apply_affine(tilted.voxels_to_atlas, voxels), points, atol=1e-9)
    np.testing.assert_allclose(apply_affine(tilted.scan.affine, voxels), tilted.scan_from_atlas_points(points), atol=1e-9)


def test_a_marked_pixel_is_painted_where_its_slice_lies(tilted: PreparedScan) -> None:
    marked = maps(112)
    marked[3, 38:43, 28:33] = 1.0
    truth = slice_points(CONFIG.slices)[3, 40, 30]
    painted = tilted.paint_slices(marked)
    assert painted.shape == tilted.scan.voxels.shape
    np.testing.assert_allclose(where_painted(tilted, painted), truth, atol=0.35)


@pytest.mark.parametrize("smooth", [False, True])
def test_a_coarse_map_covers_the_area_of_its_pixel(tilted: PreparedScan, smooth: bool) -> None:
    marked = maps(7)
    marked[:, 2, 4] = 1.0  # rows 32 to 47, columns 64 to 79 of a slice of 112
    points = slice_points(CONFIG.slices)
    truth = points[:, 32:48, 64:80].reshape(-1, 3).mean(axis=0)
    painted = tilted.paint_slices(marked, smooth=smooth)
    np.testing.assert_allclose(where_painted(tilted, painted), truth, atol=0.3)
    where = apply_affine(tilted.voxels_to_atlas, np.argwhere(painted > 0))
    rows, columns = apply_affine(slice_affine(CONFIG.slices), where)[:, 1:].T
    reach = 16 if smooth else 0
    assert rows.min() >= 31.5 - reach
    assert rows.max() <= 47.5 + reach
    assert columns.min() >= 63.5 - reach
    assert columns.max() <= 79.5 + reach


def test_blocks_keep_their_value_and_slices_blend_linearly(tilted: PreparedScan) -> None:
    numbered = maps(7) + np.arange(10, dtype=np.float32)[:, None, None]
    painted = tilted.paint_slices(numbered)
    voxels = np.argwhere(np.ones(painted.shape))
    image, row, column = apply_affine(slice_affine(CONFIG.slices), apply_affine(tilted.voxels_to_atlas, voxels)).T
    on_slice = (np.abs(row - 55.5) < 55) & (np.abs(column - 55.5) < 55) & (image > 0) & (image < 9)
    np.testing.assert_allclose(painted.ravel()[on_slice], image[on_slice], atol=1e-3)


def test_nothing_is_painted_beyond_half_a_step_or_off_the_slices(tilted: PreparedScan) -> None:
    painted = tilted.paint_slices(maps(7) + 1)
    voxels = np.argwhere(np.ones(painted.shape))
    image, row, column = apply_affine(slice_affine(CONFIG.slices), apply_affine(tilted.voxels_to_atlas, voxels)).T
    covered = (image >= -0.5) & (image <= 9.5) & (np.abs(row - 55.5) <= 56) & (np.abs(column - 55.5) <= 56)
    np.testing.assert_array_equal(painted.ravel() > 0, covered)


def test_painting_keeps_the_raw_scale_and_its_sign(tilted: PreparedScan) -> None:
    painted = tilted.paint_slices(maps(7) - 0.037)
    assert painted.min() == pytest.approx(-0.037)
    assert painted.max() == 0
