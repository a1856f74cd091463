from pathlib import Path

import pandas as pd
import pytest

from adcore.cohorts.field_table import FieldTable, notes_of, read_field_table


def read(folder: Path, text: str) -> FieldTable:
    path = folder / "t.csv"
    path.write_text(text)
    return read_field_table(path)


def test_two_columns_of_one_field_complete_each_other_and_a_contradiction_is_unknown(tmp_path: Path) -> None:
    table = read(tmp_path, "person,MMSE,MMS\nA,29,29\nB,,27\nC,25,26\n")
    assert [None if pd.isna(value) else value for value in table.fields["mmse"]] == [29, 27, None]
    assert table.problems == ("t.csv, line 4: MMSE says 25 and MMS says 26, so mmse is taken as unknown.",)


@pytest.mark.parametrize(
    ("table", "sexes"),
    [
        ("PTID,PTGENDER\n002_S_0001,1\n002_S_0002,2\n", ["M", "F"]),  # ADNI
        ("NACCID,SEX\nNACC000001,1\nNACC000002,2\n", ["M", "F"]),
        ("OASISID,GENDER\nOAS30001,1\nOAS30002,2.0\n", ["M", "F"]),
        ("person,sex\nA,1\nB,2\n", [None, None]),
        ("person,gender\nA,1\nB,F\n", [None, "F"]),
    ],
)
def test_a_coded_sex_is_read_by_the_dictionary_of_a_known_study_and_never_guessed(
    table: str, sexes: list[str | None], tmp_path: Path
) -> None:
    found = read(tmp_path, table)
    assert [None if pd.isna(value) else value for value in found.fields["sex"]] == sexes
    assert len(found.problems) == sexes.count(None)


def test_codes_for_missing_are_counted_and_a_value_of_the_field_is_never_one(tmp_path: Path) -> None:
    table = read(tmp_path, "NACCID,NACCAGE,NACCMMSE,EDUC,CDRGLOB\nA,88,88,99,0.5\nB,95,-4,16,0\nC,70,88,12,\n")
    assert table.fields["age_years"].tolist() == [88, 95, 70]
    assert table.fields["mmse"].isna().all()
    assert dict(table.missing) == {("NACCMMSE", "88"): 2, ("NACCMMSE", "-4"): 1, ("EDUC", "99"): 1}
    assert table.problems == ()
    assert "t.csv: 2 cells of NACCMMSE with 88, a code for missing, taken as unknown." in notes_of("t.csv", [table])


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("age", "89+", "as a bound"),
        ("mmse", "25.5", "a whole number"),
        ("mmse", "31", "0 to 30"),
        ("cdr", "4", "one of"),
    ],
)
def test_an_odd_cell_is_unknown_with_its_line_and_the_row_stays(column: str, cell: str, why: str, tmp_path: Path) -> None:
    table = read(tmp_path, f"person,{column},sex\nA,,F\nB,{cell},M\n")
    assert table.fields["sex"].tolist() == ["F", "M"]
    (problem,) = table.problems
    assert problem.startswith(f"t.csv, line 3, {column}: ")
    assert why in problem
    assert f"'{cell}'" in problem


def test_education_as_a_code_is_not_taken_for_years(tmp_path: Path) -> None:
    codes = read(tmp_path, "person,education_level\nA,2\nB,n/a\nC,5\n")
    assert codes.fields["education_years"].isna().all()
    assert "code instead of years" in codes.problems[0]
    assert read(tmp_path, "person,education_level\nA,2\nB,16\n").fields["education_years"].tolist() == [2, 16]
    assert read(tmp_path, "person,education_years\nA,2\nB,5\n").fields["education_years"].tolist() == [2, 5]
