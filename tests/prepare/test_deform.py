import numpy as np
import pytest
import torch
from nibabel.affines import apply_affine
from torch import Tensor

from adcore.prepare.deform import WARNING, deform
from tests.support.builders import as_scan, orientations, reorient, rotation, tiny_volume

SHAPE = (36, 44, 40)
CENTRE = np.array([4.0, -6.0, 3.0])
TO_ATLAS = rotation(12, -7, 20) @ np.diag([1.1, 1.3, 1.2, 1.0])
SCANNER = np.diag([1.1, 1.3, 1.2, 1.0])
TO_ATLAS[:3, 3] = CENTRE - TO_ATLAS[:3, :3] @ ((np.array(SHAPE) - 1) / 2)  # the middle of the grid lies at CENTRE


def ball() -> tuple[np.ndarray, np.ndarray]:
    """A soft ball around CENTRE and its label, on the grid of TO_ATLAS."""
    points = apply_affine(TO_ATLAS, np.moveaxis(np.indices(SHAPE), 0, -1))
    distance = np.linalg.norm(points - CENTRE, axis=-1)
    return np.exp(-((distance / 7) ** 2)).astype(np.float32), (distance < 10).astype(np.uint8)


def middle_mm(weights: np.ndarray) -> np.ndarray:
    places = np.argwhere(weights > 0)
    return apply_affine(TO_ATLAS, np.average(places, axis=0, weights=weights[weights > 0]))


def test_a_head_that_nothing_moves_stays_as_it_was() -> None:
    voxels, affine = tiny_volume()
    labels = (voxels % 5).astype(np.uint8)
    found = deform(as_scan(voxels, affine), affine, lambda points: points, labels)
    np.testing.assert_array_equal(found.scan.voxels, voxels)
    np.testing.assert_array_equal(found.labels, labels)
    assert found.scan.warnings == (WARNING,)


@pytest.mark.parametrize("shift", [(5.0, 0.0, 0.0), (0.0, -4.0, 0.0), (3.0, 2.0, -4.0)])
def test_tissue_and_labels_move_together_by_millimetres_of_the_atlas(shift: tuple[float, float, float]) -> None:
    voxels, labels = ball()
    by = torch.tensor(shift)
    moved = deform(as_scan(voxels, SCANNER), TO_ATLAS, lambda points: points - by, labels)
    np.testing.assert_allclose(middle_mm(moved.scan.voxels), CENTRE + shift, atol=0.2)
    np.testing.assert_allclose(middle_mm(moved.labels), CENTRE + shift, atol=0.65)  # of the nearest voxel


@pytest.mark.parametrize("scale", [0.8, 0.97, 1.2])
def test_a_volume_changes_as_the_deformation_says(scale: float) -> None:
    voxels, labels = ball()
    centre = torch.from_numpy(CENTRE.astype(np.float32))

    def shrink(points: Tensor) -> Tensor:
        return centre + (points - centre) / scale

    moved = deform(as_scan(voxels, SCANNER), TO_ATLAS, shrink, labels)
    assert moved.counts[1] / labels.sum() == pytest.approx(scale**3, rel=0.02)
    assert (moved.labels == 1).sum() / labels.sum() == pytest.approx(scale**3, rel=0.1)  # of the nearest voxel
    assert moved.counts.sum() == pytest.approx(labels.size)


def test_the_order_of_voxels_in_the_file_changes_nothing() -> None:
    voxels, labels = ball()

    def twist(points: Tensor) -> Tensor:
        return points + 2 * torch.sin(points.flip(1) / 9)

    expected = deform(as_scan(voxels, SCANNER), TO_ATLAS, twist, labels)
    for order, flips in list(orientations())[5::14]:
        turned, affine = reorient(voxels, SCANNER, order, flips)
        turned_labels, to_atlas = reorient(labels, TO_ATLAS, order, flips)
        found = deform(as_scan(turned, affine), to_atlas, twist, turned_labels)
        np.testing.assert_allclose(found.scan.voxels, reorient(expected.scan.voxels, SCANNER, order, flips)[0], atol=1e-4)
        assert (found.labels != reorient(expected.labels, SCANNER, order, flips)[0]).mean() < 1e-3  # rounding at borders


def test_intensities_stay_within_those_of_the_scan() -> None:
    voxels = np.zeros(SHAPE, np.float32)
    voxels[8:16, 8:16, 8:16] = 1.0  # edges at which splines overshoot
    moved = deform(as_scan(voxels, np.eye(4)), TO_ATLAS, lambda p: p + 0.7, np.zeros(SHAPE, np.uint8)).scan
    assert moved.voxels.min() >= 0
    assert moved.voxels.max() <= 1


def test_a_deformed_scan_is_another_scan() -> None:
    voxels, labels = ball()
    scan = as_scan(voxels, np.eye(4))
    moved = deform(scan, TO_ATLAS, lambda p: p + 2, labels).scan
    assert moved.sha256 != scan.sha256
    assert np.array_equal(scan.voxels, voxels)  # the original keeps its own
    assert moved.source is None
    again = deform(moved, TO_ATLAS, lambda p: p + 2, labels).scan
    assert again.warnings == (WARNING,)
