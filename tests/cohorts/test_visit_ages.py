import pandas as pd
import pytest

from adcore.cohorts.tables import ENTRY_AGE
from adcore.cohorts.visit_ages import fill_ages, years_in_study


@pytest.mark.parametrize(
    ("session", "years"),
    [
        ("sub-1_ses-M12", 1.0),
        ("002_S_1_m06", 0.5),
        ("002_S_1_bl", 0.0),
        ("OAS3_ses-d0731", 731 / 365.25),
        ("P1_2", None),
        ("P1_ses-2", None),
    ],
)
def test_the_name_of_a_session_tells_the_time_in_study(session: str, years: float | None) -> None:
    assert years_in_study(session) == (None if years is None else pytest.approx(years))


def ages(*rows: tuple[str, float | None, float | None]) -> list[float | None]:
    table = pd.DataFrame([("P", *row) for row in rows], columns=["person", "session", "age_years", ENTRY_AGE])
    filled, _ = fill_ages(table.astype({"age_years": object, ENTRY_AGE: object}))
    return [None if pd.isna(age) else age for age in filled["age_years"]]


def test_an_age_at_entry_grows_with_the_time_in_study() -> None:
    assert ages(("P_M06", None, 70.0), ("P_M24", None, 70.0)) == [70.5, 72.0]


def test_an_age_at_entry_is_not_that_of_a_follow_up_at_an_unknown_time() -> None:
    assert ages(("P_1", None, 70.0), ("P_2", None, 70.0)) == [70.0, None]


def test_an_age_at_one_visit_gives_the_others() -> None:
    assert ages(("P_M06", 70.5, None), ("P_M12", None, None), ("P_2", None, None)) == [70.5, 71.0, None]


def test_an_age_that_is_given_stays() -> None:
    assert ages(("P_M00", 70.0, 69.0), ("P_M12", 73.0, 69.0)) == [70.0, 73.0]
