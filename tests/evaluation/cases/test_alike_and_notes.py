import io

import numpy as np
import pandas as pd
import pytest

from adcore.errors import CohortError
from adcore.evaluation.cases.alike import most_alike
from adcore.evaluation.cases.attributes import attributes
from adcore.evaluation.cases.case_notes import CaseNote, notes_as_csv, read_notes
from adcore.evaluation.cases.case_tables import read_predictions
from adcore.evaluation.cases.cases import Cases


def cases_of(table: pd.DataFrame) -> Cases:
    return read_predictions(io.BytesIO(table.to_csv(index=False).encode()))


def test_those_read_alike_are_the_nearest_in_every_branch_and_never_oneself() -> None:
    table = pd.DataFrame(
        {
            "subject": ["asked", "near", "far", "silent", "second"],
            "label": [1, 0, 1, 1, 1],
            "p_all_fused": 0.5,
            "p_all_vgg16": [0.80, 0.81, 0.10, np.nan, 0.75],
            "p_all_clinical": [0.30, 0.31, 0.90, 0.30, 0.40],
        }
    )
    near = most_alike(cases_of(table), "all", "asked")
    assert list(near["subject"]) == ["near", "second", "far"]
    assert near["distance"].is_monotonic_increasing
    assert most_alike(cases_of(table), "all", "silent").empty


def test_attributes_are_those_known_of_more_than_one_kind() -> None:
    table = pd.DataFrame({"subject": list("abcdef"), "label": 0, "p_all_fused": 0.1, "age_years": [61, 72, 85, 91, 66, np.nan]})
    table = table.assign(sex="F", mmse=[30, 26, 20, 28, np.nan, 25], training_distance=range(6))
    found = attributes(cases_of(table).table)
    assert list(found.columns) == ["age", "MMSE", "distance from the training set"]
    assert found["age"].tolist()[:4] == ["60 to 69", "70 to 79", "80 to 89", "90 and over"]
    assert found["MMSE"].dropna().tolist() == ["29 to 30", "25 to 26", "24 and under", "27 to 28", "25 to 26"]
    assert (
        found["distance from the training set"].tolist() == ["nearest third"] * 2 + ["middle third"] * 2 + ["farthest third"] * 2
    )


def test_notes_come_back_as_they_were_and_no_spreadsheet_runs_them() -> None:
    notes = {
        ("out of fold", "OAS1_0001"): CaseNote(("poor scan", "vascular"), '=HYPERLINK("x"), with "quotes"\nand lines'),
        ("evaluated", "P; 2"): CaseNote((), "'quoted"),
    }
    saved = notes_as_csv(notes)
    assert read_notes(io.BytesIO(saved)) == notes
    assert b",=HYPERLINK" not in saved
    assert b'"=HYPERLINK' not in saved


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\x00\xff", b""])
def test_another_file_is_no_table_of_notes(content: bytes) -> None:
    with pytest.raises(CohortError, match="table of notes"):
        read_notes(io.BytesIO(content))
