from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.fields import clean, read_text_table, usual_columns
from adcore.errors import CohortError


def one_row(**cells: str) -> pd.DataFrame:
    return pd.DataFrame([{"person": "P1", "session": "P1_1", **cells}])


@pytest.mark.parametrize("text", ["", "n/a", "NaN", "unknown", "."])
def test_unknown_stays_unknown_in_every_field(text: str) -> None:
    table = clean(one_row(age_years=text, sex=text, mmse=text, cdr=text), "t.csv")
    assert table.loc[0, ["age_years", "sex", "mmse", "cdr"]].isna().all()


def test_fields_that_a_table_lacks_are_unknown() -> None:
    assert clean(one_row(), "t.csv").drop(columns=["person", "session"]).isna().all(axis=None)


def test_decimal_commas_and_a_named_cdr_are_numbers() -> None:
    table = clean(one_row(age_years="71,5", cdr="CDR 0,5"), "t.csv")
    assert table.loc[0, ["age_years", "cdr"]].tolist() == [71.5, 0.5]


@pytest.mark.parametrize(("text", "sex"), [("Female", "F"), ("f", "F"), ("MALE", "M"), ("M", "M")])
def test_sexes_may_be_written_out(text: str, sex: str) -> None:
    assert clean(one_row(sex=text), "t.csv").loc[0, "sex"] == sex


@pytest.mark.parametrize("text", ["0", "1", "1.0", "2"])
def test_a_coded_sex_is_refused_because_it_can_mean_either(text: str) -> None:
    with pytest.raises(CohortError, match=r"t\.csv, line 2: sex .* can mean either"):
        clean(one_row(sex=text), "t.csv")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("mmse", "31"),
        ("mmse", "-4"),
        ("mmse", "28.5"),
        ("age_years", "seventy"),
        ("cdr", "4"),
        ("cdr", "very mild"),
        ("nwbv", "73"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_line(field: str, text: str) -> None:
    table = pd.concat([one_row(), one_row(**{field: text})])
    with pytest.raises(CohortError, match=rf"t\.csv, line 3: {field} .* got '{text}'"):
        clean(table, "t.csv")


def test_many_problems_are_told_at_once_and_counted() -> None:
    with pytest.raises(CohortError, match=r"line 2.*line 6.*And 2 more"):
        clean(pd.concat([one_row(mmse="99")] * 7), "t.csv")


def test_usual_names_are_known_and_the_sum_of_boxes_is_not_the_cdr() -> None:
    raw = pd.DataFrame([["s", "0.5", "3.5", "27", "F"]], columns=["participant_id", "cdr_global", "cdr_sb", "MMS", "M/F"])
    assert set(usual_columns(raw, "t.tsv").columns) == {"person", "cdr", "mmse", "sex"}


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(CohortError, match="age and age_bl"):
        usual_columns(pd.DataFrame(columns=["age", "age_bl"]), "t.tsv")


def test_education_as_a_code_is_not_taken_for_years() -> None:
    codes = ["2", "4", "n/a", "5"]
    with pytest.raises(CohortError, match="code of education"):
        usual_columns(pd.DataFrame({"education_level": codes}), "t.tsv")
    assert usual_columns(pd.DataFrame({"education_years": codes}), "t.tsv")["education_years"].tolist() == codes
    assert usual_columns(pd.DataFrame({"education_level": [*codes, "16"]}), "t.tsv")["education_years"].iloc[-1] == "16"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_first_line_tells_the_separator(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\ufeff" + separator.join(["person", " age"]) + "\n" + separator.join(["A", "71"]) + "\n", encoding="utf-8")
    assert read_text_table(path).to_dict("list") == {"person": ["A"], "age": ["71"]}


@pytest.mark.parametrize("content", [b"", np.arange(255, dtype=np.uint8).tobytes()])
def test_what_is_no_table_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(CohortError, match="no text table"):
        read_text_table(path)
