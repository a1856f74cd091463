import gzip

import nibabel as nib
import numpy as np
import pytest

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.errors import ReportError
from adcore.prepare.segmentation.structures import STRUCTURES, Side, label_of
from adcore.report import overlay_files, structure_files
from tests.report.conftest import RECORD
from tests.support.builders import as_scan, head, reorient, rotation
from tests.support.fakes import fake_analysis


def loaded(content: bytes) -> nib.Nifti1Image:
    return nib.Nifti1Image.from_bytes(gzip.decompress(content))


def test_a_map_lies_voxel_for_voxel_on_an_oblique_scan_of_any_voxel_order() -> None:
    made = head((6.0, 4.0, 5.0))
    scan = as_scan(*reorient(made.voxels, rotation(12, -7, 20) @ made.affine, (2, 0, 1), (True, False, True)))
    analysis = fake_analysis(scan, RECORD)
    assert analysis.explanation is not None
    for branch in IMAGE_BRANCHES:
        image = loaded(overlay_files(analysis)[f"attention_{branch}.nii.gz"])
        np.testing.assert_allclose(image.affine, scan.affine, atol=1e-4)
        np.testing.assert_allclose(image.get_qform(), scan.affine, atol=1e-4)
        assert image.get_data_dtype() == np.float32
        assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 1)
        raw = analysis.explanation.heatmaps[branch]
        assert raw.max() > 0
        np.testing.assert_array_equal(np.asarray(image.dataobj), raw)


def test_a_refused_scan_has_no_map(refused: Analysis) -> None:
    with pytest.raises(ReportError, match="failed its checks"):
        overlay_files(refused)


def test_the_labels_come_with_their_names(of_dicom: Analysis) -> None:
    files = structure_files(of_dicom)
    labels = np.asarray(loaded(files["structures.nii.gz"]).dataobj)
    assert (labels == label_of("hippocampus", Side.LEFT)).sum() == 27
    rows = dict(line.split("\t") for line in files["structures.tsv"].decode().splitlines()[1:])
    assert rows[str(label_of("hippocampus", Side.LEFT))] == "left hippocampus"
    assert len(rows) == len(STRUCTURES) + 1


def test_the_same_analysis_gives_the_same_bytes(typical: Analysis) -> None:
    assert overlay_files(typical) == overlay_files(typical)
