from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from adcore.cli import app
from adcore.cohorts import prepare_cohort as module
from adcore.cohorts.layouts import load_cohort
from adcore.cohorts.manifest import read_manifest
from adcore.cohorts.prepare_cohort import prepare_cohort
from adcore.cohorts.prepared_folder import FAILED
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.scan_files import state_of
from adcore.prepare.slices import SliceConfig
from tests.support.builders import file_bytes, head
from tests.support.volume_pairs import write_analyze

pytestmark = pytest.mark.usefixtures("remembered")


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    made = head((4.0, 4.0, 4.0))
    (tmp_path / "good.nii.gz").write_bytes(file_bytes(made.voxels, made.affine))
    (tmp_path / "broken.nii.gz").write_bytes(b"no scan")
    path = tmp_path / "manifest.csv"
    path.write_text("path,person,age_years,cdr\nbroken.nii.gz,A,70,0\ngood.nii.gz,B,71,0.5\n")
    return path


@pytest.mark.slow
def test_a_broken_scan_is_listed_and_the_good_one_becomes_a_cohort(manifest: Path, tmp_path: Path) -> None:
    out = tmp_path / "prepared"
    result = CliRunner().invoke(app, ["prepare", "--data", str(manifest), "--out", str(out)])
    assert result.exit_code == 0, result.output
    listed = pd.read_csv(out / FAILED).set_index("session")["sentence"]
    assert "header is damaged" in listed["A_1"]
    assert [picture.name.split("-")[0] for picture in (out / "pictures").iterdir()] == ["B_1"]
    assert (out / "sheet_01.png").is_file()
    assert "B_1" not in listed
    cohort = load_cohort(out, SliceConfig())
    assert list(cohort.table["person"]) == ["B"]
    assert cohort.impaired.tolist() == [True]
    assert 0.5 < cohort.table.loc[0, "nwbv"] < 1  # measured, since the table gives none
    assert 2 < float(cohort.table.loc[0, "smoothness_mm"]) < 15
    assert 0 < float(cohort.table.loc[0, "noise_percent"]) < 15


@pytest.fixture
def broken(tmp_path: Path) -> ScanList:
    rows = ["path,person"]
    for number in range(3):
        (tmp_path / f"{number}.nii").write_bytes(b"no scan")
        rows.append(f"{number}.nii,P{number}")
    (tmp_path / "manifest.csv").write_text("\n".join(rows) + "\n")
    return read_manifest(tmp_path / "manifest.csv")


def test_only_what_is_new_or_changed_is_prepared_again(broken: ScanList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, done = tmp_path / "prepared", []

    def counting(task: module.ScanTask) -> str:
        done.append(task.session)
        return prepare_one(task)

    prepare_one = module.prepare_one
    monkeypatch.setattr(module, "prepare_one", counting)
    assert prepare_cohort(broken, out) == (0, 3)
    assert done == ["P0_1", "P1_1", "P2_1"]
    broken.scans[1].write_bytes(b"still no scan")
    prepare_cohort(broken, out)
    assert done[3:] == ["P1_1"]
    prepare_cohort(broken, out, again=True)
    assert done[4:] == ["P0_1", "P1_1", "P2_1"]


def test_a_run_that_is_stopped_keeps_what_is_done(broken: ScanList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_one = module.prepare_one

    def stopped(task: module.ScanTask) -> str:
        if task.session == "P1_1":
            raise KeyboardInterrupt
        return prepare_one(task)

    monkeypatch.setattr(module, "prepare_one", stopped)
    with pytest.raises(KeyboardInterrupt):
        prepare_cohort(broken, tmp_path / "prepared")
    sentences = pd.read_csv(tmp_path / "prepared" / FAILED)["sentence"].tolist()
    assert "header is damaged" in sentences[0]
    assert all("Not prepared yet" in sentence for sentence in sentences[1:])


@pytest.mark.slow
def test_several_workers_do_the_same(broken: ScanList, tmp_path: Path) -> None:
    assert prepare_cohort(broken, tmp_path / "prepared", workers=2) == (0, 3)
    assert pd.read_csv(tmp_path / "prepared" / FAILED)["session"].tolist() == ["P0_1", "P1_1", "P2_1"]


def test_a_change_in_either_file_of_a_pair_is_noticed(tmp_path: Path) -> None:
    voxels = head((8.0, 8.0, 8.0)).voxels
    path = write_analyze(tmp_path / "mpr-1.nifti.hdr", voxels)
    before = state_of(path)
    assert state_of(path) == before
    write_analyze(path, voxels[1:])
    assert state_of(path) != before
