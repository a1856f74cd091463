from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.prepared_folder import COHORT, FAILED, PREPARATION, Outcome, PreparedFolder, load_prepared
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import CohortError
from adcore.prepare.config import PreparationConfig
from tests.support.untrained import TINY_SLICES

CONFIG = PreparationConfig(slices=TINY_SLICES)


def scans(root: Path, etiv: float = np.nan) -> ScanList:
    rows = [{"person": f"P{n}", "session": f"P{n}/first", "age_years": 70.0 + n} for n in range(3)]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: "float64" for name in COLUMNS[4:]})
    table.loc[0, "etiv_cm3"] = etiv
    return ScanList(root, table, tuple(root / f"{n}.nii.gz" for n in range(3)), ("P9: has a scan, but is not in the table.",))


def write_prepared(path: Path, etiv: float = np.nan) -> PreparedFolder:
    folder = PreparedFolder(path, CONFIG)
    folder.begin()
    for number in range(2):
        outcome = Outcome(f"P{number}/first", f"{number}.nii.gz", "1 2 3", f"{number}" * 64, (), 1500.0 + number, 0.9)
        folder.keep(outcome, np.full((2, 32, 32), 0.25 + number, np.float32))
    folder.keep(Outcome("P2/first", "2.nii.gz", "1 2 3", sentences=("Too blurred.",)), None)
    folder.write_tables(scans(path, etiv))
    return folder


def test_what_was_prepared_is_the_cohort_and_the_rest_is_listed(tmp_path: Path) -> None:
    write_prepared(tmp_path)
    cohort = load_prepared(tmp_path, TINY_SLICES)
    assert list(cohort.table["session"]) == ["P0/first", "P1/first"]
    assert cohort.slices[:, 0, 0, 0].tolist() == [0.25, 1.25]
    assert cohort.t88_slices == TINY_SLICES.t88_slices
    assert cohort.left_out == ("P9: has a scan, but is not in the table.", "P2/first: Too blurred.")
    assert pd.read_csv(tmp_path / FAILED)["scan"].tolist()[1] == "2.nii.gz"


def test_measured_volumes_fill_a_column_that_nobody_has_and_no_other(tmp_path: Path) -> None:
    write_prepared(tmp_path / "none")
    assert load_prepared(tmp_path / "none", TINY_SLICES).table["etiv_cm3"].tolist() == [1500, 1501]
    write_prepared(tmp_path / "some", etiv=1300.0)
    table = load_prepared(tmp_path / "some", TINY_SLICES).table
    assert table["etiv_cm3"].tolist()[0] == 1300
    assert np.isnan(table["etiv_cm3"].tolist()[1])
    assert table["nwbv"].tolist() == [0.9, 0.9]


def test_a_folder_that_0_1_prepared_is_read(tmp_path: Path) -> None:
    folder = write_prepared(tmp_path)
    for number in range(2):
        path = folder.file_of(f"P{number}/first")
        with np.load(path) as file:
            outcome, slices = file["outcome"], file["slices"]
        np.savez(path, outcome=outcome, planes=slices)
    assert load_prepared(tmp_path, TINY_SLICES).slices[:, 0, 0, 0].tolist() == [0.25, 1.25]


def test_another_configuration_is_refused(tmp_path: Path) -> None:
    write_prepared(tmp_path)
    with pytest.raises(CohortError, match="Prepare the scans again"):
        load_prepared(tmp_path, replace(TINY_SLICES, size=33))


def test_unfinished_damaged_and_useless_folders_are_refused(tmp_path: Path) -> None:
    folder = write_prepared(tmp_path)
    folder.file_of("P0/first").write_bytes(b"cut short")
    with pytest.raises(CohortError, match=r"P0/first .* damaged"):
        load_prepared(tmp_path, TINY_SLICES)
    assert folder.outcome("P0/first") is None
    (tmp_path / COHORT).unlink()
    with pytest.raises(CohortError, match="not finished"):
        load_prepared(tmp_path, TINY_SLICES)
    (tmp_path / PREPARATION).write_text("{}")
    with pytest.raises(CohortError, match="is damaged"):
        load_prepared(tmp_path, TINY_SLICES)


def test_one_scan_under_two_names_counts_once(tmp_path: Path) -> None:
    folder = write_prepared(tmp_path)
    outcome = folder.outcome("P0/first")
    assert outcome is not None
    folder.keep(replace(outcome, session="P1/first"), np.zeros((2, 32, 32), np.float32))
    folder.write_tables(scans(tmp_path))
    cohort = load_prepared(tmp_path, TINY_SLICES)
    assert list(cohort.table["session"]) == ["P0/first"]
    assert any("The same scan as P0/first" in sentence for sentence in cohort.left_out)


def test_a_write_that_is_cut_off_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_prepared(tmp_path)
    before = folder.outcome("P0/first")

    def cut_off(file: object, **arrays: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("adcore.cohorts.prepared_folder.np.savez", cut_off)
    with pytest.raises(KeyboardInterrupt):
        folder.keep(Outcome("P0/first", "0.nii.gz", "changed"), np.zeros((2, 32, 32), np.float32))
    assert folder.outcome("P0/first") == before


def test_sessions_with_alike_names_have_files_of_their_own(tmp_path: Path) -> None:
    folder = PreparedFolder(tmp_path, CONFIG)
    names = {folder.file_of(session).name for session in ("a/b", "a-b", "a b", "../a b")}
    assert len(names) == 4
    assert {folder.file_of("../../x").parent} == {tmp_path / "sessions"}
