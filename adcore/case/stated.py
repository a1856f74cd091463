"""Age, sex and study date by a scan's own header, and how they differ from what is typed. Nothing else of a patient is kept."""

from dataclasses import dataclass
from datetime import date

from adcore.case.clinical import ADULT_YEARS, ClinicalRecord, Sex

YEARS_APART = 2.0
"""Least difference between two ages that no rounding explains: completed years and the nearest year are less than 2 apart."""

OLDEST_YEARS = 120.0
"""Ages above are placeholders."""


@dataclass(frozen=True)
class StatedPatient:
    """The patient by the scan's header.

    Attributes:
        age_years: at the scan; None where the header does not say. 0 is what de-identification leaves behind, or a newborn.
        sex: None where the header does not say, or says neither female nor male.
        study_date: of the scan, as 2011-06-10; None where the header does not say. Shown beside the case, and exported nowhere.

    Raises:
        ValueError: the age is no number from 0 to OLDEST_YEARS, the sex of another kind, or the date none.
    """

    age_years: float | None = None
    sex: Sex | None = None
    study_date: str | None = None

    def __post_init__(self) -> None:
        if self.age_years is not None and not 0 <= self.age_years <= OLDEST_YEARS:
            raise ValueError("expected an age in years")
        if not isinstance(self.sex, Sex | None):
            raise ValueError("expected a sex or None")
        if self.study_date is not None:
            date.fromisoformat(self.study_date)

    @property
    def minor(self) -> bool:
        """Whether the header states the age of a child."""
        return self.age_years is not None and 0 < self.age_years < ADULT_YEARS

    @property
    def adult_years(self) -> float | None:
        """The age of an adult; None of others, and of an age of 0, which de-identification leaves behind."""
        return self.age_years if self.age_years and not self.minor else None

    @property
    def fields(self) -> dict[str, float | str | None]:
        """Age and sex of an adult, as clinical fields."""
        return {"age_years": self.adult_years, "sex": None if self.sex is None else self.sex.value}


def minor_sentence(stated: StatedPatient) -> str | None:
    """Why the scan of a child gets no answer; None where the header does not state a child's age."""
    if not stated.minor or stated.age_years is None:
        return None
    return (
        f"Expected the scan of an adult, but its header states an age of {_years(stated.age_years)}, and this program was made "
        f"for people of {ADULT_YEARS:g} years and over. If the header is wrong, correct it where the scan comes from and export "
        "it again."
    )


def difference(stated: StatedPatient, record: ClinicalRecord) -> str | None:
    """How the header's age and sex differ from those typed, in a sentence; None where they agree or one is unknown."""
    parts = [part for part in (_age_differs(stated, record), _sex_differs(stated, record)) if part is not None]
    if not parts:
        return None
    return f"The scan's header states {' and '.join(parts)}. The scan may be another patient's, or a field mistyped."


def _age_differs(stated: StatedPatient, record: ClinicalRecord) -> str | None:
    header, typed = stated.age_years, record.age_years
    if header is None or typed is None or abs(header - typed) < YEARS_APART:
        return None
    return f"{_years(header)} where {_years(typed)} were entered"


def _sex_differs(stated: StatedPatient, record: ClinicalRecord) -> str | None:
    if stated.sex is None or record.sex is None or stated.sex is record.sex:
        return None
    return f"{stated.sex.word} where {record.sex.word} was entered"


def _years(age: float) -> str:
    if 0 < age < 1 / 6:
        return f"{age * 365.25:.0f} days"
    return f"{age * 12:.0f} months" if 0 < age < 2 else f"{age:.3g} years"
