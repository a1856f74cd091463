"""The patient's age and sex, and the date of the study, by a DICOM header. A birth date gives the age and is then forgotten."""

import re
from datetime import date

from pydicom.dataset import Dataset

from adcore.case.clinical import SEX_SPELLINGS
from adcore.case.stated import OLDEST_YEARS, StatedPatient
from adcore.readers.dicom.element import attempt, text_of
from adcore.readers.dicom.person import eight_digits

UNITS_PER_YEAR = {"Y": 1.0, "M": 12.0, "W": 365.25 / 7, "D": 365.25}
"""Of an Age String (PS3.5, 6.2); devices that leave the unit out mean years."""

SCAN_DATES = ("StudyDate", "SeriesDate", "AcquisitionDate")
"""The first of these that is a date is that of the scan."""

FIRST_YEAR = 1977
"""Of MRI of a person; earlier dates are what de-identification leaves behind."""

STATED = ("PatientAge", "PatientSex", "PatientBirthDate", *SCAN_DATES)
"""The elements that are read."""


def stated_of(data: Dataset) -> StatedPatient:
    """Age, sex and study date by one image's header; what cannot be understood, and a sex that is neither, counts as not stated.

    The Patient's Age comes first, since de-identification moves dates; an age of 0 there gives way to the dates'.
    """
    written = _age_string(text_of(data, "PatientAge"))
    age = written or _age_by_dates(data)
    day = scan_day(data)
    return StatedPatient(
        written if age is None else age,
        SEX_SPELLINGS.get(text_of(data, "PatientSex").lower()),
        day.isoformat() if day is not None and day.year >= FIRST_YEAR else None,
    )


def scan_day(data: Dataset) -> date | None:
    """The day of the scan; None where no date of it can be understood."""
    return next((found for found in (_date(text_of(data, keyword)) for keyword in SCAN_DATES) if found is not None), None)


def _age_string(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,4})\s*([YMWD]?)", text.upper())
    if found is None:
        return None
    years = int(found[1]) / UNITS_PER_YEAR[found[2] or "Y"]
    return years if years <= OLDEST_YEARS else None


def _age_by_dates(data: Dataset) -> float | None:
    """Completed years from birth to the scan, months below one year; None where there is no such pair of dates."""
    birth, scanned = _date(text_of(data, "PatientBirthDate")), scan_day(data)
    if birth is None or scanned is None:
        return None
    months = 12 * (scanned.year - birth.year) + scanned.month - birth.month - (scanned.day < birth.day)
    years = months // 12 if months >= 12 else months / 12
    return float(years) if 0 <= years <= OLDEST_YEARS else None


def _date(text: str) -> date | None:
    digits = eight_digits(text)
    return attempt(lambda: date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))) if digits else None
