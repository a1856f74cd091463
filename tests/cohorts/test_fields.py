import pandas as pd
import pytest

from adcore.cohorts.fields import clean
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
    with pytest.raises(CohortError, match=r"t\.csv, line 2: sex .* is ambiguous"):
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
