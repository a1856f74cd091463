"""Text tables, and what their columns and codes mean by the names in common use.

Names and codes of four public sources besides the project's own:

- Clinica's BIDS: github.com/aramis-lab/clinica, clinica/converters/adni_to_bids/specifications (participant.tsv, sessions.tsv)
- ADNI: PTDEMOG in atri-biostats.github.io/ADNIMERGE2 (PTGENDER 1 male, 2 female); missing is -1 or -4 by the data FAQ
- NACC: Uniform Data Set, Researcher's Data Dictionary, version 3.0 (SEX 1 male, 2 female; -4, 88, 95 to 99 for missing)
- OASIS-3: its tables as Clinica's converter reads them (GENDER 1 male, 2 female; AgeatEntry)
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from adcore.errors import CohortError

ENTRY_AGE = "entry_age_years"
"""Age when the person entered the study, which is that of a visit only at month 0."""

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "person": ("participantid", "subjectid", "subject", "ptid", "naccid", "oasisid"),
    "session": ("sessionid", "mriid", "visitid", "viscode", "naccvnum"),
    "age_years": ("age", "ageatscan", "ageatvisit", "naccage"),
    ENTRY_AGE: ("agebl", "ageatentry", "ageatbaseline", "naccageb"),
    "sex": ("gender", "mf", "ptgender"),
    "education_years": ("educationyears", "yearsofeducation", "education", "educ", "educationlevel", "pteducat"),
    "ses": ("socioeconomicstatus", "sesindex"),
    "mmse": ("mms", "mmsescore", "mmsetotal", "mmsetotalscore", "mmscore", "naccmmse"),
    "cdr": ("cdrglobal", "cdrglob", "cdglobal", "globalcdr", "cdrcdglobal", "cdrtot"),
    "etiv_cm3": ("etiv", "etivcm3"),
    "nwbv": (),
}
"""Column names, letters and digits only, besides the project's own. CDR sum of boxes is a different measure."""

MMSE_BAND = "mmse_band"
SITE = "site"
SITE_NAMES = ("site", "siteid", "sitename", "sitekey", "siteno", "center", "centre", "centerid", "naccadc")
"""Where a participant was scanned, letters and digits only."""

UNKNOWN = frozenset({"", "n/a", "na", "nan", "none", "null", "unknown", ".", "-", "?"})

MISSING = frozenset({-4.0, -1.0, 88.0, 95.0, 96.0, 97.0, 98.0, 99.0, 888.0, 999.0, 8888.0, 9999.0})
"""Codes of ADNI and NACC for a value that is missing; only where a value of the field could not be meant."""

SEX_CODES = {"ptgender": "", "gender": "oasisid", "sex": "naccid"}
"""Columns in which 1 is male and 2 is female by the study's dictionary, and the column by which the study is recognised."""

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


def fields_of(columns: list[str]) -> dict[str, str]:
    """The field of each recognised column, in their order.

    ADNIMERGE's AGE is the age at entry, the same at every visit; it is recognised by RID, PTID and VISCODE beside it.
    """
    known = {letters(column) for column in columns}
    merged = known >= {"rid", "ptid", "viscode"}
    found = {}
    for column in columns:
        field = _field_of(letters(column))
        if field is not None:
            found[column] = ENTRY_AGE if merged and field == "age_years" else field
    return found


def sex_codes(column: str, columns: list[str], levels: Mapping[str, str]) -> Mapping[str, str]:
    """What the codes of a column of sexes mean: by `levels` of the table's own dictionary, else by a known study's."""
    if levels:
        return levels
    beside = SEX_CODES.get(letters(column))
    known = {letters(name) for name in columns}
    return {"1": "M", "2": "F"} if beside is not None and (not beside or beside in known) else {}


def levels_of(path: Path) -> dict[str, dict[str, str]]:
    """The codes of each column by the JSON file beside a BIDS table; empty where there is none."""
    try:
        sidecar = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return {
            column: {str(code): str(meaning) for code, meaning in about["Levels"].items()}
            for column, about in sidecar.items()
            if isinstance(about, dict) and isinstance(about.get("Levels"), dict)
        }
    except (OSError, ValueError, AttributeError):
        return {}


def number(text: str) -> float | None:
    """A number with a point or a decimal comma; None for unknown.

    Raises:
        ValueError: other text.
    """
    if text.lower() in UNKNOWN:
        return None
    value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def letters(column: str) -> str:
    """A column's name in small letters and digits only."""
    return re.sub("[^a-z0-9]", "", column.lower())


def _field_of(name: str) -> str | None:
    return next((field for field, names in USUAL_NAMES.items() if name == field.replace("_", "") or name in names), None)
