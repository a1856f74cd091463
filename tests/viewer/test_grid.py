import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.viewer.grid import DisplayGrid
from tests.support.builders import orientations, reorient, rotation


def marked_volume() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unequal sides and spacing; one bright voxel on the patient's left, its millimetres."""
    voxels = np.zeros((5, 7, 9), np.float32)
    voxels[1, 4, 6] = 1
    affine = np.diag([2.0, 1.5, 3.0, 1.0])
    affine[:3, 3] = [-5, -4, -12]
    return voxels, affine, apply_affine(affine, [1, 4, 6])


@pytest.mark.parametrize(("order", "flips"), list(orientations()))
def test_every_voxel_order_gives_the_same_display(order: tuple, flips: tuple) -> None:
    voxels, affine, _ = marked_volume()
    moved, moved_affine = reorient(voxels, affine, order, flips)
    grid = DisplayGrid.of(moved.shape, moved_affine)
    assert grid.shape == voxels.shape
    np.testing.assert_array_equal(grid.arrange(moved), voxels)
    np.testing.assert_allclose(grid.affine, affine, atol=1e-9)


@pytest.mark.parametrize(("order", "flips"), list(orientations()))
def test_the_read_out_names_the_files_own_voxel(order: tuple, flips: tuple) -> None:
    voxels, affine, _ = marked_volume()
    moved, moved_affine = reorient(voxels, affine, order, flips)
    grid = DisplayGrid.of(moved.shape, moved_affine)
    shown = np.argwhere(grid.arrange(moved) == 1)[0]
    i, j, k = np.rint(apply_affine(grid.to_file, shown)).astype(int)
    assert moved[i, j, k] == 1


def test_oblique_scans_keep_their_millimetres() -> None:
    voxels, affine, _ = marked_volume()
    tilted = rotation(20, -10, 30) @ affine
    moved, moved_affine = reorient(voxels, tilted, (2, 0, 1), (True, False, True))
    grid = DisplayGrid.of(moved.shape, moved_affine)
    shown = np.argwhere(grid.arrange(moved) == 1)[0]
    np.testing.assert_allclose(apply_affine(grid.affine, shown), apply_affine(tilted, [1, 4, 6]), atol=1e-9)
    assert grid.oblique_degrees > 15


def test_spacing_follows_the_display_axes() -> None:
    voxels, affine, _ = marked_volume()
    moved, moved_affine = reorient(voxels, affine, (2, 0, 1), (False, False, False))
    np.testing.assert_allclose(DisplayGrid.of(moved.shape, moved_affine).spacing, [2.0, 1.5, 3.0])


def test_letters_name_the_ends_of_each_axis() -> None:
    assert DisplayGrid.of((5, 7, 9), np.eye(4)).letters(sides_known=True) == [("L", "R"), ("P", "A"), ("I", "S")]


def test_unknown_sides_show_question_marks() -> None:
    assert DisplayGrid.of((5, 7, 9), np.eye(4)).letters(sides_known=False) == [("?", "?"), ("P", "A"), ("I", "S")]


def test_an_oblique_axis_shows_both_letters() -> None:
    (low, high), *_ = DisplayGrid.of((5, 7, 9), rotation(0, 0, 30)).letters(sides_known=True)
    assert (low, high) in {("LP", "RA"), ("LA", "RP")}
