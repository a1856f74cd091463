from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
import torch
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_brain_mask

from adcore.cohorts.cohort import COLUMNS, Cohort
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, slice_mask
from adcore.prepare.volume import Volume
from adcore.studies.atlas_agreement import measure, read_participants, summary
from adcore.studies.atlas_labels import (
    CEREBRA_HIPPOCAMPI,
    DLMUSE_HIPPOCAMPI,
    brain_overlap,
    hippocampus_overlap,
    read_labels,
)
from adcore.studies.perturbations import displacements_mm, perturbations
from tests.support.builders import Head, as_scan, file_bytes, head, rotation


@pytest.fixture(scope="module")
def phantom() -> Head:
    return head()


def two_balls(right: int, left: int, pose: np.ndarray) -> Volume:
    """Labels of 9 mm balls at x = 26 and -26, on a grid that `pose` carries MNI152 to."""
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = [-60, -60, -50]
    points = apply_affine(affine, np.moveaxis(np.indices((61, 50, 41)), 0, -1))
    values = np.zeros(points.shape[:3], np.float32)
    for number, x in ((right, 26.0), (left, -26.0)):
        values[np.linalg.norm(points - [x, -22.0, -14.0], axis=-1) < 9] = number
    return Volume(torch.from_numpy(values), pose @ affine)


@pytest.mark.slow
def test_the_atlas_mask_itself_overlaps_fully_wherever_the_head_lies() -> None:
    image = load_mni152_brain_mask(resolution=1)
    pose = rotation(10, -5, 8)
    mask = Volume(torch.from_numpy(np.asarray(image.dataobj, dtype=np.float32)), pose @ image.affine)
    assert brain_overlap(mask, pose).dice > 0.995
    assert brain_overlap(mask, pose, above=1).dice == 0


def test_hippocampi_meet_their_own_side_and_a_shift_is_measured() -> None:
    pose = rotation(0, 0, 12)
    own = two_balls(DLMUSE_HIPPOCAMPI.right, DLMUSE_HIPPOCAMPI.left, pose)
    cerebra = two_balls(CEREBRA_HIPPOCAMPI.right, CEREBRA_HIPPOCAMPI.left, np.eye(4))
    for overlap in hippocampus_overlap(own, DLMUSE_HIPPOCAMPI, pose, cerebra):
        assert overlap.dice > 0.97
        assert overlap.distance_mm < 0.1
    shift = np.eye(4)
    shift[1, 3] = 3.0
    for overlap in hippocampus_overlap(own, DLMUSE_HIPPOCAMPI, pose @ shift, cerebra):
        assert overlap.distance_mm == pytest.approx(3, abs=0.1)


def test_swapped_sides_do_not_overlap() -> None:
    swapped = two_balls(DLMUSE_HIPPOCAMPI.left, DLMUSE_HIPPOCAMPI.right, np.eye(4))
    cerebra = two_balls(CEREBRA_HIPPOCAMPI.right, CEREBRA_HIPPOCAMPI.left, np.eye(4))
    assert [overlap.dice for overlap in hippocampus_overlap(swapped, DLMUSE_HIPPOCAMPI, np.eye(4), cerebra)] == [0, 0]


def test_missing_labels_are_named_without_their_folder(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=r"Expected labels in none\.nii"):
        read_labels(tmp_path / "none.nii")


def test_perturbations_turn_shift_and_scale_as_they_say() -> None:
    found = perturbations()
    assert len(found) == 15
    assert np.degrees(np.arccos((np.trace(found["+20 degrees about y"][:3, :3]) - 1) / 2)) == pytest.approx(20)
    np.testing.assert_allclose(found["-30 mm along z"][:3, 3], [0, 0, -30])
    assert np.linalg.det(found["-15% of scale"]) == pytest.approx(0.85**3)


@pytest.mark.slow
def test_a_perturbed_phantom_is_found_where_it_was(phantom: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: perturbations()[name] for name in ("-20 degrees about z", "+30 mm along y")}
    monkeypatch.setattr("adcore.studies.perturbations.perturbations", lambda: few)
    moved = displacements_mm(as_scan(phantom.voxels, phantom.affine))
    assert set(moved) == set(few)
    assert max(moved.values()) < 1.0


@pytest.mark.slow
def test_a_failed_head_is_reported_and_the_others_are_measured(phantom: Head, tmp_path: Path) -> None:
    (tmp_path / "t1").mkdir()
    (tmp_path / "dlmuse_seg").mkdir()
    pd.DataFrame({"MRID": ["young", "broken", "old"], "Age": [30, 50, 70]}).to_csv(tmp_path / "participants.csv", index=False)
    labels = (phantom.voxels > 0.3).astype(np.uint8) * 2
    for name in ("young", "broken", "old"):
        (tmp_path / "t1" / f"{name}_T1.nii.gz").write_bytes(file_bytes(phantom.voxels, phantom.affine))
        nib.Nifti1Image(labels, phantom.affine).to_filename(tmp_path / "dlmuse_seg" / f"{name}_T1_DLMUSE.nii.gz")
    (tmp_path / "t1" / "broken_T1.nii.gz").write_bytes(b"no scan")
    config = SliceConfig()
    slices = np.random.default_rng(0).random((2, *slice_mask(config).shape), dtype=np.float32)
    row = dict.fromkeys(COLUMNS, np.nan)
    rows = [row | {"person": name, "session": name, "age_years": 71.0, "cdr": cdr} for name, cdr in (("a", 0), ("b", 1))]
    table = pd.DataFrame(rows)
    found = measure(tmp_path, Cohort(table, slices))
    assert list(found.heads) == ["old", "young"]
    assert list(found.failures) == ["broken"]
    assert found.slices.participants == 1
    np.testing.assert_array_equal(found.slices.cohort, slices[0])  # who is impaired does not count
    assert found.heads["old"].outline.dice > 0.9
    assert any("2 scans registered, 1 failed" in line for line in summary(found))
    assert summary(replace(found, failures={}))[0] == "2 scans registered, 0 failed"


def test_a_table_without_ages_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"MRID": ["a"]}).to_csv(tmp_path / "participants.csv", index=False)
    with pytest.raises(CohortError, match="no column Age"):
        read_participants(tmp_path)
