from dataclasses import replace

import numpy as np
import pytest
from nibabel.affines import apply_affine, from_matvec

from adcore.case.clinical import ClinicalRecord
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import slice_affine, slice_points
from adcore.viewer.overlays import Cells
from adcore.viewer.resliced import network_planes, resliced_grid
from tests.support.builders import rotation
from tests.support.fakes import fake_analysis, head_scan

STRETCHED = rotation(8, -5, 12) @ from_matvec(np.array([[0.9, 0.04, 0.0], [0.0, 1.1, 0.02], [0.03, 0.0, 0.95]]), [3.0, -2.0, 5.0])
"""A head that lies askew, and is smaller, longer and sheared against the atlas."""


@pytest.fixture(scope="module")
def prepared() -> PreparedScan:
    return replace(
        fake_analysis(head_scan(spacing_mm=(4.0, 3.0, 5.0)), ClinicalRecord(mmse=20)).prepared, atlas_to_scan=STRETCHED
    )


def test_every_network_slice_is_a_coronal_plane_of_the_grid(prepared: PreparedScan) -> None:
    grid = resliced_grid(prepared)
    first, last = network_planes(prepared, grid)
    points = prepared.scan_from_atlas_points(slice_points(prepared.config.slices))
    planes = apply_affine(np.linalg.inv(grid.affine), points)[..., 1]
    expected = np.arange(first, last + 1)[:, None, None]
    assert len(expected) == len(prepared.config.slices.y_mm)
    np.testing.assert_allclose(planes, np.broadcast_to(expected, planes.shape), atol=1e-6)


def test_the_grid_is_rigid_in_the_patient_and_holds_the_scan(prepared: PreparedScan) -> None:
    grid = resliced_grid(prepared)
    np.testing.assert_allclose(grid.directions.T @ grid.directions, np.eye(3), atol=1e-9)
    assert np.linalg.det(grid.directions) == pytest.approx(1)  # no mirror image
    far = np.array(prepared.scan.voxels.shape) - 1
    for corner in ((0, 0, 0), tuple(far), (far[0], 0, far[2])):
        place = apply_affine(np.linalg.inv(grid.to_file), corner)
        assert (place > -1).all()
        assert (place < np.array(grid.shape)).all()


def test_a_map_s_cells_lie_where_the_slices_have_them(prepared: PreparedScan) -> None:
    values = np.zeros((10, 7, 14), np.float32)
    cells = Cells.of(values, prepared)
    voxel = (20, 30, 15)
    number, row, column = apply_affine(slice_affine(prepared.config.slices) @ prepared.voxels_to_atlas, voxel)
    size = prepared.config.slices.size
    expected = ((column + 0.5) * 14 / size - 0.5, (row + 0.5) * 7 / size - 0.5, number)
    np.testing.assert_allclose(apply_affine(cells.from_voxels, voxel), expected)
