from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.tables import ENTRY_AGE, fields_of, read_text_table
from adcore.errors import CohortError


def test_usual_names_are_known_and_the_sum_of_boxes_is_not_the_cdr() -> None:
    found = fields_of(["participant_id", "cdr_global", "cdr_sb", "MMS", "M/F"])
    assert found == {"participant_id": "person", "cdr_global": "cdr", "MMS": "mmse", "M/F": "sex"}


def test_the_age_in_adnimerge_is_that_at_entry_at_every_visit() -> None:
    assert fields_of(["RID", "PTID", "VISCODE", "AGE"])["AGE"] == ENTRY_AGE
    assert fields_of(["PTID", "AGE"])["AGE"] == "age_years"


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
