"""Values of a cohort's table from their various spellings: decimal commas, words for unknown, range checks.

Unknown stays unknown: a missing CDR never becomes 0. An ambiguous value is refused, with its line.
"""

import math
import re
from collections.abc import Callable

import pandas as pd

from adcore.case.clinical import FIELDS, SEX_SPELLINGS
from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.tables import UNKNOWN, number
from adcore.errors import CohortError

CDR_VALUES = (0.0, 0.5, 1.0, 2.0, 3.0)

SHOWN_PROBLEMS = 5

RANGES = {spec.name: (spec.low, spec.high, spec.whole) for spec in FIELDS if spec.low is not None and spec.high is not None}
RANGES |= {"etiv_cm3": (500.0, 3000.0, False), "nwbv": (0.3, 1.0, False)}


def clean(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Convert text to numbers and sexes, and check every value against its range.

    Args:
        table: text cells (or numbers) under the project's column names; absent columns are unknown.
        name: name of the table in a refusal; its first row is on line 2.
    Returns:
        COLUMNS, numbers float with NaN for unknown, sex "F", "M" or NaN.
    Raises:
        CohortError: values are invalid; each is listed with its line.
    """
    problems: list[str] = []
    columns = {}
    for field in COLUMNS:
        cells = table[field].tolist() if field in table else [None] * len(table)
        values = []
        for line, cell in enumerate(cells, start=2):
            try:
                values.append(read_cell(field, "" if cell is None else str(cell).strip()))
            except ValueError as error:
                values.append(None)
                problems.append(f"{name}, line {line}: {error}")
        kind = "str" if _READERS[field] in (_text, _sex) else "float64"
        columns[field] = pd.Series(values, dtype=kind)
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        listed = " ".join(problems[:SHOWN_PROBLEMS])
        raise CohortError(listed + (f" And {more} more." if more > 0 else ""))
    return pd.DataFrame(columns)


def read_cell(field: str, text: str) -> float | str | None:
    """The value of one cell; None for unknown.

    Raises:
        ValueError: it is no value of the field; the text says why.
    """
    return _READERS[field](field, text)


def _number_in_range(field: str, text: str) -> float | None:
    low, high, whole = RANGES[field]
    try:
        value = number(text)
    except ValueError:
        value = math.nan
    if value is not None and not (low <= value <= high and (value.is_integer() or not whole)):
        kind = "a whole number" if whole else "a number"
        top = " An age that is only given as a bound is not one." if field == "age_years" and text.endswith("+") else ""
        raise ValueError(f"{field} takes {kind} from {low:g} to {high:g}, got '{text}'.{top} Correct it, or leave it empty.")
    return value


def _cdr(field: str, text: str) -> float | None:
    try:
        value = number(re.sub(r"(?i)^cdr\s*[:=]?\s*", "", text))
    except ValueError:
        value = math.nan
    if value is not None and value not in CDR_VALUES:
        allowed = ", ".join(f"{step:g}" for step in CDR_VALUES)
        raise ValueError(f"{field} is one of {allowed}, got '{text}'. Correct it, or leave it empty where it is unknown.")
    return value


def _sex(field: str, text: str) -> str | None:
    if text.lower() in UNKNOWN:
        return None
    if text.lower() not in SEX_SPELLINGS:
        hint = "A number is ambiguous. " if text.replace(".", "").isdigit() else ""
        raise ValueError(f"{field} is F, M, female or male, got '{text}'. {hint}Write it out, or leave it empty.")
    return str(SEX_SPELLINGS[text.lower()])


def _text(field: str, text: str) -> str:
    if not text:
        raise ValueError(f"{field} is empty, but every row needs one. Fill it in.")
    return text


_READERS: dict[str, Callable[[str, str], float | str | None]] = {
    **dict.fromkeys(COLUMNS, _number_in_range),
    "person": _text,
    "session": _text,
    "sex": _sex,
    "cdr": _cdr,
}
