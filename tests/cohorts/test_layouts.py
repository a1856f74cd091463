from pathlib import Path

import pytest
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cohorts.layouts import SLICES, WHOLE_HEADS, find_scans, load_cohort
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig
from tests.cohorts.test_bids import write_bids
from tests.cohorts.test_oasis1 import CONFIG, write_release
from tests.cohorts.test_oasis2 import write_slices
from tests.cohorts.test_prepared_folder import write_prepared
from tests.support.untrained import TINY_SLICES


@pytest.mark.slow
def test_each_layout_with_slices_is_recognised(tmp_path: Path) -> None:
    for name in ("slices", "visits"):
        (tmp_path / name).mkdir()
    assert len(load_cohort(write_release(tmp_path / "slices"), CONFIG)) == 3
    assert load_cohort(write_slices(tmp_path / "visits"), SliceConfig()).t88_slices == (99,)
    write_prepared(tmp_path / "prepared")
    assert len(load_cohort(tmp_path / "prepared", TINY_SLICES)) == 2


def test_each_layout_with_heads_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "bids").mkdir()
    assert len(find_scans(write_bids(tmp_path / "bids"))) == 4
    (tmp_path / "a.nii").touch()
    (tmp_path / "manifest.csv").write_text("path,person\na.nii,P1\n")
    assert len(find_scans(tmp_path)) == len(find_scans(tmp_path / "manifest.csv")) == 1


def test_whole_heads_have_to_be_prepared_and_slices_need_not(tmp_path: Path) -> None:
    (tmp_path / "bids").mkdir()
    (tmp_path / "slices").mkdir()
    with pytest.raises(CohortError, match="adcore prepare --data bids"):
        load_cohort(write_bids(tmp_path / "bids"), CONFIG)
    with pytest.raises(CohortError, match="already contains slices"):
        find_scans(write_release(tmp_path / "slices"))


def test_anything_else_is_told_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(CohortError) as refusal:
        load_cohort(tmp_path, CONFIG)
    assert all(layout in str(refusal.value) for layout in SLICES + WHOLE_HEADS)
    with pytest.raises(CohortError, match="does not exist"):
        load_cohort(tmp_path / "nowhere", CONFIG)


def test_what_is_left_out_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write_slices(tmp_path)
    (folder / "cor" / "OAS2_0007_MR1_cor.nii.gz").unlink()
    load_cohort(folder, SliceConfig())
    assert "OAS2_0007_MR1: in the table, but has no scan." in caplog.text


def test_single_slices_are_not_trained_on_as_if_they_were_ten_slices(tmp_path: Path) -> None:
    arguments = ["--data", str(write_slices(tmp_path)), "--out", str(tmp_path / "model"), "--runs", str(tmp_path / "runs")]
    result = CliRunner().invoke(app, ["train", *arguments, "--start", "oasis1", "--threads", "1"])
    assert result.exit_code == 1
    assert "this cohort has only [99]" in result.output
