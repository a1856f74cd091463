"""Ages at follow-ups, from the age at one visit and the names of the sessions: ses-M12, m12, bl, d0129."""

import re

import pandas as pd

from adcore.cohorts.tables import ENTRY_AGE

MONTHS_A_YEAR, DAYS_A_YEAR = 12.0, 365.25


def years_in_study(session: str) -> float | None:
    """Time since entry by the name of a session: M12 of Clinica, bl and m12 of ADNI, d0129 of OASIS-3; None where it has none."""
    if re.search(r"(?:^|[-_])bl$", session):
        return 0.0
    found = re.search(r"(?:^|[-_])(?:([Mm])|d)(\d+)$", session)
    if found is None:
        return None
    return int(found[2]) / (MONTHS_A_YEAR if found[1] else DAYS_A_YEAR)


def fill_ages(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Fill unknown ages of visits where they follow.

    An age at entry, plus the time in study; without such a time it is taken for a person's first visit alone. Else the age at
    another visit, plus the time between, where the names of both tell it.

    Args:
        table: with person and session, a person's sessions in the order of visits.
    Returns:
        the table without ENTRY_AGE, and a sentence that says how many ages were filled.
    """
    table = table.copy()
    for name in ("age_years", ENTRY_AGE):
        if name not in table:
            table[name] = None
    times = {row: years_in_study(str(name)) for row, name in table["session"].items()}
    filled = 0
    for _, visits in table.groupby("person", sort=False):
        for row in visits.index:
            if pd.isna(visits.loc[row, "age_years"]):
                age = _age(visits, times, row)
                table.loc[row, "age_years"] = age
                filled += age is not None
    said = f"{filled} ages follow from the age at entry or at another visit, and from the names of the sessions."
    return table.drop(columns=ENTRY_AGE), (said,) if filled else ()


def _age(visits: pd.DataFrame, times: dict[object, float | None], row: object) -> float | None:
    time, entry = times[row], visits.loc[row, ENTRY_AGE]
    if not pd.isna(entry):
        first = row == visits.index[0]
        return None if time is None and not first else float(entry) + (time or 0.0)
    for other in visits.index:
        age, then = visits.loc[other, "age_years"], times[other]
        if time is not None and then is not None and not pd.isna(age):
            return float(age) + time - then
    return None
