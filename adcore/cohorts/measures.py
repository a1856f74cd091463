"""Numbers of a cohort's own table that a model reads beside the usual fields: volumes of other software, biomarkers.

They are columns that `adcore prepare --keep` kept. A model that was trained with some of them names them on its card, with the
range of its participants.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from adcore.case.clinical import ClinicalRecord, means_cdr
from adcore.cohorts.tables import MISSING, number
from adcore.errors import CohortError
from adcore.model.card_schema import MeasureCard

MOST = 5
"""Measures of one model: an answer's contributions are worked out for every subset of its fields."""

LEAST_KNOWN = 20
"""Labelled participants who must have a measure."""


def with_numbers(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """A cohort's table with some of its columns as numbers, NaN for unknown.

    A negative code for missing, such as -4, is unknown where no other value of its column is negative.

    Raises:
        CohortError: a column is missing, is no measure, or holds something that is neither a number nor unknown.
    """
    if len(names) > MOST:
        raise CohortError(f"Expected {MOST} measures at most, got {len(names)}. Leave some out.")
    return table.assign(**{name: _numbers(table, name) for name in names})


def measures_of(labelled: pd.DataFrame, names: Sequence[str]) -> tuple[MeasureCard, ...]:
    """What a card tells of the measures.

    Args:
        labelled: the labelled participants, the columns being numbers.
    Raises:
        CohortError: a measure is known of too few of them, or is the same for all.
    """
    return tuple(_measure(labelled[name].dropna(), name) for name in names)


def for_model(table: pd.DataFrame, measures: Sequence[MeasureCard]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A table with what a model reads beside the usual fields; a value beyond those of its participants is unknown.

    Returns:
        the table, and a sentence for each measure with such values.
    Raises:
        CohortError: as with_numbers.
    """
    table, told = with_numbers(table, [one.name for one in measures]), []
    for one in measures:
        beyond = (table[one.name] < one.low) | (table[one.name] > one.high)
        if beyond.any():
            told.append(
                f"{one.name}: {beyond.sum()} values lie beyond those that the model was trained on ({one.low:g} to {one.high:g}) "
                "and are taken as unknown."
            )
        table[one.name] = table[one.name].mask(beyond)
    return table, tuple(told)


def _numbers(table: pd.DataFrame, name: str) -> pd.Series:
    if means_cdr(name) or name in ClinicalRecord.model_fields:
        raise CohortError(f"{name} can't be a measure: it is the label, or a clinical field already. Leave it out.")
    if name not in table:
        raise CohortError(
            f"There is no column {name} in the cohort; it has {', '.join(table.columns)}. Prepare it with --keep {name}: scans "
            "that are prepared are not prepared again."
        )
    values = pd.Series(np.nan, table.index)
    for row, cell in table[name].items():
        text = "" if pd.isna(cell) else str(cell).strip()
        try:
            values[row] = number(text)
        except ValueError as error:
            raise CohortError(f"{name} takes numbers, got '{text}'. Correct it, or leave it empty.") from error
    codes = values.isin([code for code in MISSING if code < 0])
    return values if (values[~codes] < 0).any() else values.mask(codes)


def _measure(known: pd.Series, name: str) -> MeasureCard:
    if len(known) < LEAST_KNOWN or known.nunique() < 2:
        what = f"{len(known)} labelled participants have it" if len(known) < LEAST_KNOWN else "it is the same for all"
        raise CohortError(
            f"{name} can't be read by a model: {what}. Leave it out, or fill it in for {LEAST_KNOWN} participants or more."
        )
    low, high = float(known.min()), float(known.max())
    return MeasureCard(
        name=name, known=len(known), low=low, high=high, centre=float(known.mean()), spread=float(known.std(ddof=0))
    )
