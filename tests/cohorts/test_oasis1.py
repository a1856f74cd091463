from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from adcore.cohorts.oasis1 import load_oasis1, read_table
from adcore.errors import CohortError
from adcore.networks.clinical_mlp import education_level
from adcore.prepare.slices import SliceConfig, slice_mask

CONFIG = SliceConfig(t88_slices=(92, 97))


def write_release(folder: Path) -> Path:
    rows = [
        ("OAS1_0001_MR1", "F", 74, 2.0, 29.0, 0.0),
        ("OAS1_0002_MR1", "M", 25, None, None, None),
        ("OAS1_0002_MR2", "M", 25, None, None, None),
    ]
    table = pd.DataFrame(rows, columns=["ID", "M/F", "Age", "Educ", "MMSE", "CDR"]).assign(SES=np.nan, eTIV=1344, nWBV=0.743)
    table.to_csv(folder / "oasis_cross-sectional.csv", index=False)
    generator = np.random.default_rng(0)
    for session in table["ID"]:
        (folder / "coronal" / session).mkdir(parents=True)
        for number in CONFIG.t88_slices:
            pixels = generator.integers(60, 130, (176, 176), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "coronal" / session / f"{session}.{number}.png")
    return folder


def test_sessions_of_one_person_share_the_person(tmp_path: Path) -> None:
    cohort = load_oasis1(write_release(tmp_path), CONFIG)
    assert list(cohort.table["person"]) == ["OAS1_0001", "OAS1_0002", "OAS1_0002"]
    assert cohort.slices.shape == (3, 2, 112, 112)


def test_slices_are_scaled_inside_the_fixed_outline_only(tmp_path: Path) -> None:
    slices = load_oasis1(write_release(tmp_path), CONFIG).slices[0]
    mask = slice_mask(CONFIG)
    assert (slices[~mask] == 0).all()
    assert np.percentile(slices[mask], 90) == pytest.approx(1, abs=0.01)


def test_missing_cdr_stays_missing(tmp_path: Path) -> None:
    table = read_table(write_release(tmp_path) / "oasis_cross-sectional.csv")
    assert table["cdr"].isna().tolist() == [False, True, True]


def test_education_codes_become_years_of_the_same_level(tmp_path: Path) -> None:
    table = read_table(write_release(tmp_path) / "oasis_cross-sectional.csv")
    assert education_level(table.loc[0, "education_years"]) == 2


def test_sessions_with_missing_or_damaged_slices_are_left_out_by_name(tmp_path: Path) -> None:
    folder = write_release(tmp_path)
    (folder / "coronal/OAS1_0001_MR1/OAS1_0001_MR1.97.png").unlink()
    damaged = folder / "coronal/OAS1_0002_MR1/OAS1_0002_MR1.92.png"
    damaged.write_bytes(damaged.read_bytes()[:100])
    cohort = load_oasis1(folder, CONFIG)
    assert list(cohort.table["session"]) == ["OAS1_0002_MR2"]
    assert "lacks slice 97" in cohort.left_out[0]
    assert cohort.left_out[1].startswith("OAS1_0002_MR1: ")
    (folder / "coronal/OAS1_0002_MR2/OAS1_0002_MR2.97.png").unlink()
    with pytest.raises(CohortError, match="None of the 3 sessions"):
        load_oasis1(folder, CONFIG)


def test_a_table_without_labels_is_a_cohort_without_labels(tmp_path: Path) -> None:
    folder = write_release(tmp_path)
    path = folder / "oasis_cross-sectional.csv"
    pd.read_csv(path).drop(columns="CDR").to_csv(path, index=False)
    assert read_table(path)["cdr"].isna().all()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = write_release(tmp_path)
    path = folder / "oasis_cross-sectional.csv"
    pd.read_csv(path).drop(columns="nWBV").to_csv(path, index=False)
    with pytest.raises(CohortError, match="nWBV"):
        read_table(path)


def test_the_real_release_has_158_labelled_participants(shared_data: Path) -> None:
    table = read_table(shared_data / "oasis1" / "oasis_cross-sectional.csv")
    labelled = table[(table["age_years"] >= 60) & table["cdr"].notna()]
    assert len(labelled) == labelled["person"].nunique() == 158
    assert int((labelled["cdr"] > 0).sum()) == 80
