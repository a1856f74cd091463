from pathlib import Path

import pytest

from adcore.case.clinical import MmseBand
from adcore.cohorts.cohort import record_of
from adcore.cohorts.manifest import read_manifest
from adcore.errors import CohortError


def write_manifest(folder: Path, text: str) -> Path:
    for name in ("a.nii.gz", "b.nii.gz", "c.nii.gz"):
        (folder / name).touch()
    path = folder / "scans.csv"
    path.write_text(text)
    return path


def test_path_and_person_are_enough(tmp_path: Path) -> None:
    heads = read_manifest(write_manifest(tmp_path, "path,person\na.nii.gz,P1\nb.nii.gz,P2\nc.nii.gz,P1\n"))
    assert list(heads.table["session"]) == ["P1_1", "P2_1", "P1_2"]
    assert [scan.name for scan in heads.scans] == ["a.nii.gz", "b.nii.gz", "c.nii.gz"]
    assert heads.table["cdr"].isna().all()
    assert heads.notes == ("scans.csv: used person from person; not used: none.",)


def test_one_session_name_for_two_participants_is_two_sessions(tmp_path: Path) -> None:
    heads = read_manifest(write_manifest(tmp_path, "Path,person,session\na.nii.gz,P1,first\nb.nii.gz,P2,first\n"))
    assert list(heads.table["session"]) == ["P1_first", "P2_first"]


def test_one_session_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="P1_first is listed in the table more than once"):
        read_manifest(write_manifest(tmp_path, "path,person,session\na.nii.gz,P1,first\nb.nii.gz,P1,first\n"))


def test_a_missing_scan_is_named_with_its_line_and_the_others_stay(tmp_path: Path) -> None:
    heads = read_manifest(write_manifest(tmp_path, "path;person;age_years\na.nii.gz;P1;70,5\nz.nii.gz;P2;71\n;P3;72\n"))
    assert heads.table["age_years"].tolist() == [70.5]
    assert [sentence.split(":")[0] for sentence in heads.left_out] == ["scans.csv, line 3", "scans.csv, line 4"]


def test_no_scan_at_all_and_missing_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=r"found none\. scans\.csv, line 2"):
        read_manifest(write_manifest(tmp_path, "path,person\nz.nii.gz,P1\n"))
    with pytest.raises(CohortError, match="columns path and person"):
        read_manifest(write_manifest(tmp_path, "file,person\na.nii.gz,P1\n"))


def test_a_band_of_mmse_counts_where_the_score_is_empty(tmp_path: Path) -> None:
    text = "path,person,mmse,mmse_band\na.nii.gz,P1,,24 to 26\nb.nii.gz,P2,29,27 and over\nc.nii.gz,P3,,\n"
    heads = read_manifest(write_manifest(tmp_path, text))
    records = [record_of(row) for _, row in heads.table.iterrows()]
    assert [(record.mmse, record.mmse_band) for record in records] == [(None, MmseBand.MIDDLE), (29, None), (None, None)]
