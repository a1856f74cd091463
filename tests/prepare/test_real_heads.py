"""On real scans beside the repository; skipped with a reason where there are none."""

import itertools
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.case.reason import CheckCode
from adcore.cohorts.freesurfer import structures_of_freesurfer
from adcore.cohorts.ixi import LabelledSubject
from adcore.evaluation.segmentation.agreement import read_labelled
from adcore.evaluation.segmentation.degradations import CONDITIONS
from adcore.prepare.placement import place
from adcore.prepare.segmentation.structures import FLUID, OUTSIDE, Side, label_of, labels_of
from adcore.prepare.stages import prepare_scan
from adcore.prepare.volume import dice
from tests.support.builders import as_scan

pytestmark = pytest.mark.usefixtures("remembered")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "failed"),
    [("heads/swm/T1.nii.gz", []), ("heads/spm152.nii.gz", [CheckCode.TEMPLATE]), ("ixi/t1/IXI012-HH-1211_T1.nii.gz", [])],
)
def test_a_real_head_is_fit_an_average_is_not_and_each_outline_has_a_brains_size(
    shared_data: Path, name: str, failed: list[CheckCode]
) -> None:
    path = shared_data / name
    if not path.exists():
        pytest.skip(f"needs {path}, which is absent")
    image = nib.load(path)
    prepared = prepare_scan(as_scan(np.asarray(image.dataobj, dtype=np.float32), image.affine))
    assert [check.code for check in prepared.checks if not check.passed] == failed
    assert prepared.already_stripped is bool(failed)  # of these, only the average is stripped
    assert 1.0 < prepared.brain_mask.sum() * np.prod(prepared.scan.spacing) / 1e6 < 2.1


@pytest.mark.slow
def test_a_head_behind_a_bias_field_that_hides_it_is_found(shared_data: Path) -> None:
    person = "IXI205-HH-1649"
    scan, labels = shared_data / f"ixi/t1/{person}_T1.nii.gz", shared_data / f"ixi/dlmuse_seg/{person}_T1_DLMUSE.nii.gz"
    if not scan.exists() or not labels.exists():
        pytest.skip(f"needs {scan} and its labels, which are absent")
    plain = read_labelled(LabelledSubject(person, scan, labels, None, None))
    biased = CONDITIONS["strong bias field"](plain, np.random.default_rng([20260101, *person.encode()]))
    corners = np.array(list(itertools.product((-50, 50), (-70, 40), (-30, 50))), dtype=np.float64)
    places = [apply_affine(place(head.scan).atlas_to_scan, corners) for head in (plain, biased)]
    assert np.linalg.norm(places[0] - places[1], axis=1).mean() < 1.5


@pytest.mark.slow
def test_the_parts_agree_with_the_labels_of_a_real_head(shared_data: Path) -> None:
    folder = shared_data / "heads" / "swm"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}, which is absent")
    image, labels = nib.load(folder / "T1.nii.gz"), nib.load(folder / "aparc.DKTatlas+aseg.nii.gz")
    prepared = prepare_scan(as_scan(np.asarray(image.dataobj, dtype=np.float32), image.affine))
    truth = structures_of_freesurfer(np.asarray(labels.dataobj).astype(np.int64))
    tissue = [~np.isin(labels, (OUTSIDE, *labels_of(*FLUID))) for labels in (prepared.structures, truth)]
    assert dice(*tissue) > 0.92
    assert np.count_nonzero(tissue[1] & prepared.brain_mask) > 0.98 * np.count_nonzero(tissue[1])
    for side in (Side.LEFT, Side.RIGHT):
        label = label_of("hippocampus", side)
        assert dice(prepared.structures == label, truth == label) > 0.7
