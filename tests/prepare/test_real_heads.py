"""On real scans beside the repository; skipped with a reason where there are none."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from adcore.prepare import prepare_scan
from tests.builders import as_scan


@pytest.mark.parametrize(
    ("name", "stripped"),
    [("heads/swm/T1.nii.gz", False), ("heads/spm152.nii.gz", True), ("ixi/t1/IXI012-HH-1211_T1.nii.gz", False)],
)
def test_a_real_head_is_fit_and_its_outline_has_a_brains_size(shared_data: Path, name: str, stripped: bool) -> None:
    path = shared_data / name
    if not path.exists():
        pytest.skip(f"needs {path}, which is absent")
    image = nib.load(path)
    prepared = prepare_scan(as_scan(np.asarray(image.dataobj, dtype=np.float32), image.affine))
    assert [check for check in prepared.checks if not check.passed] == []
    assert prepared.already_stripped is stripped
    assert 1.0 < prepared.brain_mask.sum() * np.prod(prepared.scan.spacing) / 1e6 < 2.1


def test_the_outline_agrees_with_the_labels_of_a_real_head(shared_data: Path) -> None:
    folder = shared_data / "heads" / "swm"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}, which is absent")
    image, labels = nib.load(folder / "T1.nii.gz"), nib.load(folder / "aparc.DKTatlas+aseg.nii.gz")
    found = prepare_scan(as_scan(np.asarray(image.dataobj, dtype=np.float32), image.affine)).brain_mask
    brain = np.asarray(labels.dataobj) > 0
    assert np.count_nonzero(brain & found) > 0.95 * np.count_nonzero(brain)
    assert (
        2 * np.count_nonzero(brain & found) / (np.count_nonzero(brain) + np.count_nonzero(found)) > 0.90
    )  # labels leave out sulcal CSF
