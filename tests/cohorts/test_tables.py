from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.tables import read_text_table, usual_columns
from adcore.errors import CohortError


def test_usual_names_are_known_and_the_sum_of_boxes_is_not_the_cdr() -> None:
    raw = pd.DataFrame([["s", "0.5", "3.5", "27", "F"]], columns=["participant_id", "cdr_global", "cdr_sb", "MMS", "M/F"])
    assert set(usual_columns(raw, "t.tsv").columns) == {"person", "cdr", "mmse", "sex"}


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(CohortError, match="age and age_bl"):
        usual_columns(pd.DataFrame(columns=["age", "age_bl"]), "t.tsv")


def test_education_as_a_code_is_not_taken_for_years() -> None:
    codes = ["2", "4", "n/a", "5"]
    with pytest.raises(CohortError, match="code instead of years"):
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
    with pytest.raises(CohortError, match="not a text table"):
        read_text_table(path)
