"""Gentle remarks on values that a record takes, but that are rare together or outside what the model has seen."""

from adcore.clinical import ClinicalRecord

SCHOOL_AGE = 4.0
"""Years of life before any schooling; more education than the rest is a slip of the keyboard."""

SEVERE_MMSE = 10
"""Greatest MMSE that usually goes with a CDR of 3 (Perneczky 2006, Am J Geriatr Psychiatry 14:139)."""


def remarks(record: ClinicalRecord, trained_years: tuple[float, float]) -> dict[str, str]:
    """A sentence for each field that deserves a second look, by its name.

    Args:
        trained_years: youngest and oldest person the model was trained on.
    """
    found: dict[str, str] = {}
    youngest, oldest = trained_years
    age, education, mmse = record.age_years, record.education_years, record.mmse
    if age is not None and not youngest <= age <= oldest:
        found["age_years"] = (
            f"Outside the {youngest:.0f} to {oldest:.0f} years the model was trained on: the answer will be inconclusive."
        )
    if age is not None and education is not None and education > age - SCHOOL_AGE:
        found["education_years"] = f"{education:g} years of education do not fit an age of {age:g}. Is one of them a slip?"
    if mmse is not None and mmse <= SEVERE_MMSE:
        found["mmse"] = (
            f"{mmse:g} of 30 points is far from the early changes that this program was made for. "
            "Was every part of the test done?"
        )
    return found
