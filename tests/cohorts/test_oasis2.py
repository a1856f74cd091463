from dataclasses import astuple
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.oasis2 import find_oasis2_scans, load_oasis2, read_days, read_table
from adcore.cohorts.oasis2_space import SHIPPED, SLICE_SHAPE, derive_slice_map, read_slice, slice_pixels
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, slice_mask
from tests.support.volume_pairs import write_analyze

CONFIG = SliceConfig()
BACKGROUND = 18


def write_slices(folder: Path) -> Path:
    rows = [
        ("OAS2_0004", "OAS2_0004_MR2", 2, "F", 90, 18, 27.0, 0.5),
        ("OAS2_0004", "OAS2_0004_MR1", 1, "F", 88, 18, 28.0, 0.0),
        ("OAS2_0007", "OAS2_0007_MR1", 1, "M", 71, 16, 28.0, 0.5),
    ]
    names = ["Subject ID", "MRI ID", "Visit", "M/F", "Age", "EDUC", "MMSE", "CDR"]
    table = pd.DataFrame(rows, columns=names).assign(Group="Converted", SES=np.nan, eTIV=1215, nWBV=0.71)
    table.to_csv(folder / "oasis_longitudinal.csv", index=False)
    (folder / "cor").mkdir()
    across, up = np.indices(SLICE_SHAPE)
    inside = np.hypot((across - 103) / 95, (up - 130) / 75) < 1
    marked = np.hypot(across - 60, up - 120) < 12  # to the left of the stored picture
    pixels = (BACKGROUND + 80 * inside + 40 * (inside & marked)).astype(np.uint8)
    for session in table["MRI ID"]:
        nib.Nifti1Image(pixels, np.eye(4)).to_filename(folder / "cor" / f"{session}_cor.nii.gz")
    return folder


@pytest.mark.slow
def test_every_visit_is_a_row_in_order_and_a_slice_is_one_slice(tmp_path: Path) -> None:
    cohort = load_oasis2(write_slices(tmp_path), CONFIG)
    assert list(cohort.table["session"]) == ["OAS2_0004_MR1", "OAS2_0004_MR2", "OAS2_0007_MR1"]
    assert cohort.slices.shape == (3, 1, 112, 112)
    assert cohort.t88_slices == (99,)
    assert list(cohort.labelled().impaired) == [False, True]  # the first visits
    assert cohort.table["education_years"].tolist() == [18, 18, 16]


def test_the_background_is_black_the_outline_is_kept_and_sides_stay(tmp_path: Path) -> None:
    image = load_oasis2(write_slices(tmp_path), CONFIG).slices[0, 0]
    assert (image[~slice_mask(CONFIG)[-1]] == 0).all()
    assert np.percentile(image[image > 0], 90) == pytest.approx(1, abs=0.35)
    columns = np.argwhere(image > 1.2)[:, 1]
    assert len(columns) > 20
    assert columns.max() < 56  # slices of the networks begin at the patient's left, and so do these, whatever their header says


def test_a_slice_has_its_crown_on_top(tmp_path: Path) -> None:
    image = read_slice(next((write_slices(tmp_path) / "cor").iterdir()))
    assert image.shape == SLICE_SHAPE[::-1]
    assert image[:5].max() == 0
    assert image[215 - 130, 103] > 70


def test_slice_pixels_lie_on_the_slice() -> None:
    pixels = slice_pixels(CONFIG)
    rows, columns = pixels[:, slice_mask(CONFIG)[-1]]
    assert rows.min() > 0
    assert rows.max() < SLICE_SHAPE[1]
    assert columns.min() > 0
    assert columns.max() < SLICE_SHAPE[0]
    assert (np.diff(pixels[1], axis=1) > 0).all()
    assert (np.diff(slice_pixels(CONFIG, mirrored=False)[1], axis=1) < 0).all()


def test_what_a_later_visit_tells_is_no_column(tmp_path: Path) -> None:
    assert "Converted" not in read_table(write_slices(tmp_path) / "oasis_longitudinal.csv").to_csv()


def test_missing_slices_are_named_and_other_pictures_refused(tmp_path: Path) -> None:
    folder = write_slices(tmp_path)
    (folder / "cor" / "OAS2_0007_MR1_cor.nii.gz").unlink()
    assert load_oasis2(folder, CONFIG).left_out == ("OAS2_0007_MR1: in the table, but has no scan.",)
    nib.Nifti1Image(np.zeros((176, 176), np.uint8), np.eye(4)).to_filename(folder / "cor" / "OAS2_0004_MR1_cor.nii.gz")
    (folder / "cor" / "OAS2_0004_MR2_cor.nii.gz").unlink()
    with pytest.raises(CohortError, match="coronal slice of"):
        load_oasis2(folder, CONFIG)


def test_an_empty_slice_is_left_out_with_its_sentence(tmp_path: Path) -> None:
    folder = write_slices(tmp_path)
    empty = np.full(SLICE_SHAPE, BACKGROUND, np.uint8)
    nib.Nifti1Image(empty, np.eye(4)).to_filename(folder / "cor" / "OAS2_0004_MR1_cor.nii.gz")
    cohort = load_oasis2(folder, CONFIG)
    assert len(cohort) == 2
    assert cohort.left_out[0].startswith("OAS2_0004_MR1: The coronal slices")


def test_raw_heads_are_found_in_the_parts_of_the_release(tmp_path: Path) -> None:
    folder = write_slices(tmp_path)
    for place in ("OAS2_RAW_PART1/OAS2_0004_MR1", "OAS2_0004_MR2"):
        write_analyze(folder / place / "RAW" / "mpr-1.nifti.hdr", np.ones((3, 3, 3)))
    heads = find_oasis2_scans(folder)
    assert list(heads.table["session"]) == ["OAS2_0004_MR1", "OAS2_0004_MR2"]
    assert [scan.parent.parent.name for scan in heads.scans] == ["OAS2_0004_MR1", "OAS2_0004_MR2"]


@pytest.mark.slow
def test_the_shipped_map_is_the_one_that_linked_participants_give(shared_data: Path) -> None:
    found, correlation, mirrored = derive_slice_map(shared_data / "oasis1", shared_data / "oasis2")
    assert correlation > 0.79
    assert mirrored > 0.98
    x_scale, x_offset, z_scale, z_offset, turn = np.abs(np.array(astuple(found)) - astuple(SHIPPED))
    assert max(x_scale, z_scale) < 0.01
    assert max(x_offset, z_offset) < 0.3
    assert turn < 0.005


def test_days_between_visits_are_read_by_session(tmp_path: Path) -> None:
    path = tmp_path / "oasis_longitudinal.csv"
    pd.DataFrame({"MRI ID": ["OAS2_0004_MR1", "OAS2_0004_MR2"], "MR Delay": [0, 538]}).to_csv(path, index=False)
    assert read_days(path).to_dict() == {"OAS2_0004_MR1": 0, "OAS2_0004_MR2": 538}


def test_a_table_without_days_is_refused(tmp_path: Path) -> None:
    table = write_slices(tmp_path) / "oasis_longitudinal.csv"
    with pytest.raises(CohortError, match="no column MR Delay"):
        read_days(table)
