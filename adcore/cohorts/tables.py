"""Text tables, and the mapping of their columns to the fields of a cohort by the names in common use."""

import re
from pathlib import Path

import pandas as pd

from adcore.cohorts.fields import number
from adcore.errors import CohortError

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "person": ("participantid", "subjectid", "subject"),
    "session": ("sessionid", "mriid", "visitid"),
    "age_years": ("age", "ageatscan", "ageatvisit", "agebl"),
    "sex": ("gender", "mf"),
    "education_years": ("educationyears", "yearsofeducation", "education", "educ", "educationlevel", "pteducat"),
    "ses": ("socioeconomicstatus", "sesindex"),
    "mmse": ("mms", "mmsescore", "mmsetotal", "mmsetotalscore"),
    "cdr": ("cdrglobal", "cdrglob", "cdglobal", "globalcdr"),
    "etiv_cm3": ("etiv", "etivcm3"),
    "nwbv": (),
}
"""Column names, letters and digits only, besides the project's own. CDR sum of boxes is a different measure."""

LARGEST_CODE = 5.0
"""OASIS-1 codes education from 1 to 5; a column of years without larger values is taken for such a code."""


def read_text_table(path: Path) -> pd.DataFrame:
    """A CSV or TSV with every cell as text; the separator (comma, semicolon or tab) is taken from the first line.

    Raises:
        CohortError: the file is missing, empty, or not a text table.
    """
    try:
        head = path.read_text(encoding="utf-8-sig").partition("\n")[0]
        separator = max("\t;,", key=head.count)
        table = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    except OSError as error:
        raise CohortError(f"Expected a table {path.name}, but it cannot be opened. Check the folder.") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise CohortError(f"{path.name} is not a text table. Save it as CSV in UTF-8 and try again.") from error
    return table.rename(columns=str.strip)


def usual_columns(raw: pd.DataFrame, name: str) -> pd.DataFrame:
    """The recognised columns under the project's names; the others are dropped.

    Args:
        name: name of the table in a refusal.
    Raises:
        CohortError: two columns map to the same field.
    """
    found: dict[str, str] = {}
    for column in raw.columns:
        field = _field_of(column)
        if field is None:
            continue
        if field in found:
            raise CohortError(f"{name} has two columns for {field}: {found[field]} and {column}. Keep one of them.")
        found[field] = column
    table = raw[list(found.values())].set_axis(list(found), axis=1)
    if "education_years" in found and found["education_years"] != "education_years":
        _refuse_codes(table["education_years"], found["education_years"], name)
    return table


def _field_of(column: str) -> str | None:
    letters = re.sub("[^a-z0-9]", "", column.lower())
    for field, names in USUAL_NAMES.items():
        if letters == field.replace("_", "") or letters in names:
            return field
    return None


def _refuse_codes(cells: pd.Series, column: str, name: str) -> None:
    known = []
    for cell in cells:
        try:
            known.append(number(str(cell).strip()))
        except ValueError:
            return  # clean() refuses it with its line
    years = [value for value in known if value is not None]
    if years and max(years) <= LARGEST_CODE:
        raise CohortError(
            f"{name}: no value in the column {column} exceeds {LARGEST_CODE:g}, so it looks like a code instead of years of "
            "education. Convert it to years, or rename the column to education_years if these are years."
        )
