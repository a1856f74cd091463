import json
from pathlib import Path

import pytest

from adcore.cohorts.bids import find_bids
from adcore.cohorts.bids_selection import BidsSelection
from adcore.errors import CohortError

PARTICIPANTS = """participant_id\tage_bl\tsex\teducation_level\tcdr_global
sub-ADNI002\t71.5\tMale\t16\t0.5
sub-ADNI003\t80\tF\tn/a\tn/a
sub-ADNI004\t77\tF\t12\t0
"""

SESSIONS = """session_id\tage\tMMS\tcdr_global\tcdr_sb
ses-M12\t72.5\t27\t1\t4.5
ses-M0\tn/a\t29\tn/a\t0
ses-M6\tn/a\tn/a\tn/a\tn/a
"""


def write_bids(folder: Path) -> Path:
    (folder / "participants.tsv").write_text(PARTICIPANTS)
    for session in ("ses-M12", "ses-M6", "ses-M0"):
        add_scan(folder, "sub-ADNI002", session)
    (folder / "sub-ADNI002" / "sub-ADNI002_sessions.tsv").write_text(SESSIONS)
    add_scan(folder, "sub-ADNI003", "")
    return folder


def add_scan(folder: Path, person: str, session: str, ending: str = "T1w.nii.gz") -> None:
    place = folder / person / session / "anat"
    place.mkdir(parents=True, exist_ok=True)
    (place / "_".join(part for part in (person, session, ending) if part)).touch()


def test_sessions_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    heads = find_bids(write_bids(tmp_path))
    assert list(heads.table["session"]) == ["sub-ADNI002_ses-M0", "sub-ADNI002_ses-M6", "sub-ADNI002_ses-M12", "sub-ADNI003"]
    assert [scan.name.split("_T1w")[0] for scan in heads.scans] == list(heads.table["session"])


def test_what_belongs_to_a_visit_is_taken_from_participants_for_the_first_alone(tmp_path: Path) -> None:
    table = find_bids(write_bids(tmp_path)).table.set_index("session")
    assert table["age_years"].tolist() == [71.5, 72.0, 72.5, 80]  # the second from ses-M6
    assert table.loc["sub-ADNI002_ses-M0", "cdr"] == 0.5
    assert table["cdr"].isna().tolist() == [False, True, False, True]  # never 0 for want of one
    assert table["mmse"].isna().tolist() == [False, True, False, True]
    assert table["sex"].tolist() == ["M", "M", "M", "F"]
    assert table["education_years"].tolist()[:3] == [16, 16, 16]


def test_participants_without_a_scan_scans_without_participants_and_further_runs_are_named(tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    add_scan(folder, "sub-ADNI009", "ses-M0")
    add_scan(folder, "sub-ADNI003", "", "run-2_T1w.nii.gz")
    heads = find_bids(folder)
    assert len(heads) == 4
    assert "another T1 scan" in heads.left_out[-1]
    assert any(sentence.startswith("sub-ADNI009_ses-M0: has a scan") for sentence in heads.left_out)
    assert any(sentence.startswith("sub-ADNI004: in the table") for sentence in heads.left_out)


def test_a_person_twice_in_the_table_is_refused(tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    with (folder / "participants.tsv").open("a") as file:
        file.write("ADNI003\t81\tF\t12\t0\n")
    with pytest.raises(CohortError, match="sub-ADNI003 is listed in"):
        find_bids(folder)


def test_a_folder_without_scans_is_refused(tmp_path: Path) -> None:
    (tmp_path / "participants.tsv").write_text(PARTICIPANTS)
    with pytest.raises(CohortError, match="found none"):
        find_bids(tmp_path)


def test_an_odd_cell_is_named_with_its_file_and_line_and_the_others_stay(tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    (folder / "participants.tsv").write_text(PARTICIPANTS.replace("80\tF", "89+\t2"))
    (folder / "sub-ADNI002" / "sub-ADNI002_sessions.tsv").write_text(SESSIONS.replace("\t29", "\t-4").replace("27", "25.5"))
    heads = find_bids(folder)
    assert len(heads) == 4
    assert heads.table["age_years"].isna().tolist() == [False, False, False, True]
    told = "\n".join(heads.notes)
    assert "participants.tsv, line 3, age_bl: age_years takes a number from 18 to 110, got '89+'." in told
    assert "participants.tsv, line 3, sex: sex is F, M, female or male, got '2'. A number is ambiguous." in told
    assert "sub-ADNI002_sessions.tsv, line 2, MMS: mmse takes a whole number from 0 to 30, got '25.5'." in told
    assert "*_sessions.tsv: 1 cell of MMS with -4, a code for missing" in told
    assert "used person from participant_id, entry_age_years from age_bl" in told
    assert "not used: cdr_sb" in told


def test_the_dictionary_beside_a_table_says_what_its_codes_mean(tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    (folder / "participants.tsv").write_text(PARTICIPANTS.replace("\tF\t", "\t2\t"))
    (folder / "participants.json").write_text('{"sex": {"Levels": {"1": "male", "2": "female"}}}')
    assert find_bids(folder).table["sex"].tolist() == ["M", "M", "M", "F"]


def test_a_selection_takes_visits_by_their_labels_and_leaves_the_first_visit_where_it_was(tmp_path: Path) -> None:
    heads = find_bids(write_bids(tmp_path), BidsSelection.of(["ADNI002"], ["ses-M12", "M6"], None))
    assert list(heads.table["session"]) == ["sub-ADNI002_ses-M6", "sub-ADNI002_ses-M12"]
    assert heads.table["age_years"].tolist() == [72.0, 72.5]
    assert heads.table["cdr"].tolist()[1] == 1
    assert heads.left_out == ()


@pytest.mark.parametrize(
    ("filters", "taken"),
    [
        ({"run": 2}, "sub-ADNI003_acq-fast_run-02_T1w.nii.gz"),
        ({"acquisition": "fast", "run": [1, 2], "suffix": "T1w"}, "sub-ADNI003_acq-fast_run-02_T1w.nii.gz"),
        ({"acquisition": None}, "sub-ADNI003_T1w.nii.gz"),
        ({"acquisition": "*"}, "sub-ADNI003_acq-fast_run-02_T1w.nii.gz"),
    ],
)
def test_a_filter_file_chooses_among_the_scans_of_a_visit(filters: dict[str, object], taken: str, tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    add_scan(folder, "sub-ADNI003", "", "acq-fast_run-02_T1w.nii.gz")
    (tmp_path / "filter.json").write_text(json.dumps({"t1w": filters, "bold": {"task": "rest"}}))
    heads = find_bids(folder, BidsSelection.of(["ADNI003"], [], tmp_path / "filter.json"))
    assert [scan.name for scan in heads.scans] == [taken]
    assert heads.left_out == ()


@pytest.mark.parametrize(
    ("labels", "filters", "sentence"),
    [
        (["ADNI999"], "{}", "No T1 scan of sub-ADNI999 was found. There are: sub-ADNI002, sub-ADNI003."),
        ([], "{", "filter.json is not JSON"),
        ([], '{"t1w": {"task": "rest"}}', "filter.json filters by task"),
        ([], '{"t1w": {"suffix": "T2w"}}', "asks for the suffix T2w, but only T1w is read"),
        ([], '{"t1w": {"run": 7}}', "The filter takes none of the T1 scans"),
    ],
)
def test_a_selection_of_nothing_is_a_sentence(labels: list[str], filters: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "filter.json").write_text(filters)
    with pytest.raises(CohortError, match=sentence):
        find_bids(write_bids(tmp_path), BidsSelection.of(labels, [], tmp_path / "filter.json"))


def test_a_table_that_lists_nobody_is_refused(tmp_path: Path) -> None:
    (write_bids(tmp_path) / "participants.tsv").write_text("participant_id\tage\n")
    with pytest.raises(CohortError, match="lists nobody"):
        find_bids(tmp_path)


def test_without_participants_tsv_every_field_is_unknown_and_that_is_told(tmp_path: Path) -> None:
    folder = write_bids(tmp_path)
    (folder / "participants.tsv").unlink()
    heads = find_bids(folder)
    assert heads.table["age_years"].isna().tolist() == [False, False, False, True]  # sub-ADNI002 has a table of sessions
    assert "There is no participants.tsv" in heads.notes[0]
