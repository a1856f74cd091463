"""The label of a cohort: CDR above 0 unless told otherwise, or any column of the table with the values that count as positive."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.tables import UNKNOWN
from adcore.errors import CohortError
from adcore.model.card_schema import CDR, TargetCard

CDR_COLUMN = CDR.column

LABELLED_AGE = int(CDR.least_age)
"""Minimum age of a cohort labelled by CDR."""

NO_VALUE = UNKNOWN | {"-1", "-4", "-8", "-9"}
"""Of any column: words for unknown, and the studies' negative codes."""

SHOWN = 8
"""Values that a refusal lists."""


def target_of(column: str | None, positive: str | None, negative: str | None, least_age: float | None) -> TargetCard:
    """A target as typed.

    Args:
        positive, negative: values with commas between.
        least_age: years; 0 is no floor, None the one of CDR.
    Raises:
        CohortError: values are missing, or have no column.
    """
    floor = LABELLED_AGE if least_age is None else least_age
    if column is None and (positive or negative):
        raise CohortError("The values that count as positive or negative need a column. Give --target too.")
    name = column or CDR_COLUMN
    if positive is None and name != CDR_COLUMN:
        raise CohortError(f"Which values of {name} count as positive? Give --positive, such as AD,MCI.")
    values = [tuple(value.strip() for value in (text or "").split(",") if value.strip()) for text in (positive, negative)]
    return TargetCard(column=name, positive=values[0], negative=values[1], least_age=floor)


def labels_of(target: TargetCard, table: pd.DataFrame) -> NDArray[np.float64]:
    """1 for positive, 0 for negative, not a number where there is no label, (S,).

    An unknown value, and one that is in neither list where there is a list of negatives, is no label; nor is any below the age.
    """
    old = (table["age_years"] >= target.least_age).to_numpy() if target.least_age else np.ones(len(table), dtype=bool)
    if not target.positive:
        known, positive = table[target.column].notna().to_numpy(), (table[target.column] > 0).to_numpy()
    else:
        values = np.array([_plain(value) for value in table[target.column]], dtype=object)
        positive = np.isin(values, [_plain(value) for value in target.positive])
        known = ~np.isin(values, list(NO_VALUE))
        if target.negative:
            known &= positive | np.isin(values, [_plain(value) for value in target.negative])
    return np.where(old & known, positive.astype(np.float64), np.nan)


def check_target(target: TargetCard, table: pd.DataFrame) -> None:
    """Refuse a target that a table can't give.

    Raises:
        CohortError: the column is missing, or one of its values occurs nowhere.
    """
    if target.column not in table:
        raise CohortError(
            f"There is no column {target.column} in the cohort; it has {', '.join(table.columns)}. Prepare it with "
            f"--keep {target.column}: scans that are prepared are not prepared again."
        )
    there = table[target.column].dropna()
    absent = [value for value in (*target.positive, *target.negative) if _plain(value) not in {_plain(one) for one in there}]
    if absent:
        counts = ", ".join(f"{value} ({count})" for value, count in there.value_counts().head(SHOWN).items())
        raise CohortError(f"No row has {absent[0]} in {target.column}. It has: {counts or 'nothing'}.")


def labelled_words(target: TargetCard) -> str:
    """'age 60 and over with a CDR', 'with a known diagnosis'."""
    what = "CDR" if target.column == CDR_COLUMN else f"known {target.column}"
    return f"age {target.least_age:g} and over with a {what}" if target.least_age else f"with a {what}"


def _plain(value: object) -> str:
    """'ad' of 'AD ', '1' of 1.0."""
    text = f"{value:g}" if isinstance(value, float) else str(value).strip().lower()
    return text.removesuffix(".0")
