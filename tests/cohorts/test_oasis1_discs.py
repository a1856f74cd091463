from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from nibabel.affines import apply_affine
from nilearn.datasets import load_mni152_template
from PIL import Image
from scipy.ndimage import map_coordinates

from adcore.cohorts.oasis1 import load_oasis1
from adcore.cohorts.oasis1_discs import T88_AXES, coronal_slice, find_raw_scans, load_discs
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, tilt
from adcore.readers.header_pair import centred_affine
from tests.support.volume_pairs import write_analyze

CONFIG = SliceConfig(t88_slices=(92, 97))
T88_STEM = "PROCESSED/MPRAGE/T88_111/{0}_mpr_n4_anon_111_t88_masked_gfc"
ROWS = [("OAS1_0001_MR1", 74), ("OAS1_0002_MR1", 25), ("OAS1_0003_MR1", 61)]


@pytest.fixture(scope="module")
def t88() -> np.ndarray:
    """MNI152's template as OASIS-1 would store it: 8-bit steps, the right side of the head brighter."""
    y, z = 0.985 * (np.arange(208) - 94.5) - 26.15, 1.056 * (np.arange(176) - 87.5) + 13.44
    x = 1.059 * (87.5 - np.arange(176))  # the first column is the patient's right
    points = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1)
    template = load_mni152_template(resolution=1)
    indices = apply_affine(np.linalg.inv(template.affine) @ tilt(), points)
    values = map_coordinates(template.get_fdata(dtype=np.float32), np.moveaxis(indices, -1, 0), order=1)
    return np.rint(values / values.max() * np.where(x > 0, 250, 200)[:, None, None])


def write_discs(folder: Path, volume: np.ndarray, sessions: list[str]) -> Path:
    table = pd.DataFrame(ROWS, columns=["ID", "Age"]).assign(**{"M/F": "F"})
    table[["Educ", "SES", "MMSE", "CDR"]] = np.nan
    table.assign(eTIV=1344, nWBV=0.743).to_csv(folder / "oasis_cross-sectional-5708aa0a98d82080.csv", index=False)
    for number, session in enumerate(sessions, start=1):
        write_analyze(folder / f"disc{number}" / session / T88_STEM.format(session), volume)
    return folder


@pytest.mark.slow
def test_slices_from_a_volume_are_those_from_its_slices(tmp_path: Path, t88: np.ndarray) -> None:
    (tmp_path / "discs").mkdir()
    cohort = load_discs(write_discs(tmp_path / "discs", t88, ["OAS1_0001_MR1"]), CONFIG)
    slices = tmp_path / "slices"
    (slices / "coronal" / "OAS1_0001_MR1").mkdir(parents=True)
    table = next((tmp_path / "discs").glob("*.csv"))
    (slices / "oasis_cross-sectional.csv").write_bytes(table.read_bytes())
    for number in CONFIG.t88_slices:
        picture = coronal_slice(t88, number).astype(np.uint8)
        Image.fromarray(picture).save(slices / "coronal" / "OAS1_0001_MR1" / f"OAS1_0001_MR1.{number}.png")
    np.testing.assert_allclose(cohort.slices, load_oasis1(slices, CONFIG).slices, atol=1e-6)


def test_a_slice_shows_the_patients_right_first_and_the_crown_on_top(t88: np.ndarray) -> None:
    picture = coronal_slice(t88, 95)
    assert picture[:, :88].max() > picture[:, 88:].max()
    affine = centred_affine(T88_AXES, (176, 208, 176), np.ones(3))
    assert affine[0, 0] < 0 < affine[2, 2]
    assert picture[30:80].mean() > picture[-60:-10].mean()  # below the temporal lobes lies little


def test_rows_without_a_volume_and_volumes_without_a_row_are_named(tmp_path: Path, t88: np.ndarray) -> None:
    folder = write_discs(tmp_path, t88, ["OAS1_0001_MR1", "OAS1_0002_MR1", "OAS1_0009_MR1"])
    broken = next((tmp_path / "disc2").rglob("*.img"))
    broken.write_bytes(broken.read_bytes()[:1000])
    cohort = load_discs(folder, CONFIG)
    assert list(cohort.table["session"]) == ["OAS1_0001_MR1"]
    assert [sentence.split(":")[0] for sentence in cohort.left_out] == ["OAS1_0003_MR1", "OAS1_0009_MR1", "OAS1_0002_MR1"]


@pytest.mark.parametrize(("axes", "name"), [((2,), "upside down"), ((1,), "back to front")])
def test_volumes_stored_another_way_are_refused(axes: tuple[int, ...], name: str, tmp_path: Path, t88: np.ndarray) -> None:
    with pytest.raises(CohortError, match=name):
        load_discs(write_discs(tmp_path, np.flip(t88, axes), ["OAS1_0001_MR1"]), CONFIG)


def test_raw_heads_are_listed_with_their_axes(tmp_path: Path, t88: np.ndarray) -> None:
    folder = write_discs(tmp_path, t88[:4, :4, :4], ["OAS1_0001_MR1"])
    for acquisition in (2, 1):
        write_analyze(folder / "OAS1_0002_MR1" / "RAW" / f"OAS1_0002_MR1_mpr-{acquisition}_anon", t88[:4, :4, :4])
    heads = find_raw_scans(folder)
    assert [scan.name for scan in heads.scans] == ["OAS1_0002_MR1_mpr-1_anon.hdr"]
    assert heads.axes == "ASL"
    assert len(heads.left_out) == 2


def test_a_spreadsheet_is_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "OAS1_0001_MR1" / "RAW").mkdir(parents=True)
    (tmp_path / "oasis_cross-sectional.xlsx").touch()
    with pytest.raises(CohortError, match=r"Save oasis_cross-sectional\.xlsx as CSV"):
        find_raw_scans(tmp_path)
