"""The clinical fields of one patient: values with units and ranges, or unknown. CDR is the label and can't be put in."""

import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from adcore.errors import ClinicalRecordError


class Sex(StrEnum):
    """Sex as recorded by the cohorts this was trained on."""

    FEMALE = "F"
    MALE = "M"

    @property
    def word(self) -> str:
        """What the reader sees."""
        return {"F": "female", "M": "male"}[self.value]


@dataclass(frozen=True)
class FieldSpec:
    """What a form needs to ask for one field, and what a value of it has to be.

    Attributes:
        name: attribute of ClinicalRecord.
        label: what the clinician reads.
        help: the sentence beside it.
        unit: empty where there is none.
        low: least value; None for a closed vocabulary, as with high and step.
        high: greatest value.
        step: smallest sensible change.
        whole: whether only whole numbers are values.
    """

    name: str
    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    whole: bool = False


FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("age_years", "Age", "Age at the scan. The model was trained on people of 60 and over.", "years", 18, 110, 1),
    FieldSpec("sex", "Sex", "As recorded."),
    FieldSpec("education_years", "Education", "Years of formal education.", "years", 0, 30, 1),
    FieldSpec(
        "ses",
        "Socio-economic status",
        "Hollingshead index of social position: 1 is highest, 5 is lowest.",
        low=1,
        high=5,
        step=1,
        whole=True,
    ),
    FieldSpec("mmse", "MMSE", "Mini-Mental State Examination, total score.", "points", 0, 30, 1, whole=True),
)
"""The fields that the networks read, in the order of their code."""

RECORDED_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        "apoe_e4",
        "APOE e4 alleles",
        "How many of the two APOE alleles are e4. It is recorded and reported, but no network reads it: the people it learned "
        "from were not tested.",
        "",
        0,
        2,
        1,
        whole=True,
    ),
)
"""Fields that a record holds and reports, and that no network reads."""

SEX_SPELLINGS = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
"""In lower case; nothing else is guessed at."""

_SPECS = {spec.name: spec for spec in (*FIELDS, *RECORDED_FIELDS)}


class ClinicalRecord(BaseModel):
    """The clinical fields of one patient; None is unknown.

    Build it with `ClinicalRecord.of(...)` where a refusal should be an AdcoreError with a sentence for the user.
    Numbers have to be numbers: text, booleans and NaN are refused, not converted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    age_years: float | None = None
    sex: Sex | None = None
    education_years: float | None = None
    ses: float | None = None
    mmse: float | None = None
    apoe_e4: float | None = None

    @field_validator("age_years", "education_years", "ses", "mmse", "apoe_e4", mode="before")
    @classmethod
    def _number_in_range(cls, value: Any, info: ValidationInfo) -> float | None:
        spec = _SPECS[str(info.field_name)]
        if value is None:
            return None
        if not _is_number(value) or spec.low is None or spec.high is None:
            raise ValueError("not a number")
        if not (value >= spec.low and value <= spec.high):  # also false for NaN
            raise ValueError("out of range")
        number = float(value)
        if spec.whole and not number.is_integer():
            raise ValueError("not whole")
        return number

    @field_validator("sex", mode="before")
    @classmethod
    def _sex_as_recorded(cls, value: object) -> object:
        return SEX_SPELLINGS.get(value.strip().lower(), value) if isinstance(value, str) else value

    @classmethod
    def of(cls, **values: object) -> Self:
        """Build a record from a form's or a command line's values.

        Raises:
            ClinicalRecordError: a value out of range, or a field that does not exist (CDR among them).
        """
        if any(_means_cdr(name) for name in values):
            raise ClinicalRecordError("CDR is what the model estimates, so it can't be an input. Leave it out.")
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            sentences = [_sentence(str(detail["loc"][0]), detail["input"]) for detail in error.errors()]
            raise ClinicalRecordError(" ".join(sentences)) from error

    @classmethod
    def refusal(cls, name: str, value: object) -> str | None:
        """The sentence against one field's value; None where a record takes it."""
        try:
            cls.of(**{name: value})
        except ClinicalRecordError as error:
            return str(error)
        return None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the fields that the networks read and that have no value, in the order of FIELDS."""
        return tuple(spec.name for spec in FIELDS if getattr(self, spec.name) is None)

    @property
    def any_known(self) -> bool:
        """Whether the networks have a field to read."""
        return len(self.unknown) < len(FIELDS)

    @property
    def as_read(self) -> Self:
        """The record as the networks read it: two that differ in nothing else get the same answer."""
        return self.model_copy(update={spec.name: None for spec in RECORDED_FIELDS})


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _means_cdr(name: str) -> bool:
    letters = re.sub("[^a-z]", "", name.lower())
    return "cdr" in letters or "clinicaldementiarating" in letters


def _sentence(name: str, value: object) -> str:
    spec = _SPECS.get(name)
    if spec is None:
        return f"There is no clinical field '{name}'. Known fields: {', '.join(_SPECS)}."
    if spec.low is None or spec.high is None:
        expected = " or ".join(Sex)
    else:
        kind = "a whole number" if spec.whole else "a number"
        expected = f"{kind} from {spec.low:g} to {spec.high:g}{' ' + spec.unit if spec.unit else ''}"
    came = f"{value:g}" if isinstance(value, float) else reprlib.repr(value)
    return f"{spec.label} takes {expected}, got {came}. Correct it, or leave it unknown."


@dataclass(frozen=True)
class MmseSection:
    """One section of a Mini-Mental State Examination, scored from 0 to `points`."""

    name: str
    label: str
    points: int


MMSE_SECTIONS: tuple[MmseSection, ...] = (
    MmseSection("time", "Orientation to time", 5),
    MmseSection("place", "Orientation to place", 5),
    MmseSection("registration", "Registration", 3),
    MmseSection("attention", "Attention and calculation", 5),
    MmseSection("recall", "Recall", 3),
    MmseSection("naming", "Language: naming", 2),
    MmseSection("repetition", "Language: repetition", 1),
    MmseSection("command", "Language: three-stage command", 3),
    MmseSection("reading", "Language: reading", 1),
    MmseSection("writing", "Language: writing", 1),
    MmseSection("copying", "Copying a drawing", 1),
)
"""Names and greatest points after Folstein, Folstein and McHugh 1975 (J Psychiatr Res 12:189); the questions are not here."""


def missing_sections(scores: Mapping[str, float | None]) -> tuple[MmseSection, ...]:
    """The sections without a score."""
    return tuple(section for section in MMSE_SECTIONS if scores.get(section.name) is None)


def section_refusal(section: MmseSection, score: float | None) -> str | None:
    """The sentence against a score; None where the section can have it, or none was given."""
    if score is None or (0 <= score <= section.points and float(score).is_integer()):
        return None
    return f"{section.label} takes a whole number from 0 to {section.points}, got {score:g}. Correct it, or leave it empty."


def mmse_total(scores: Mapping[str, float | None]) -> int | None:
    """The points of all sections together; None while a section is missing or has a score it can't have."""
    if missing_sections(scores) or any(section_refusal(section, scores[section.name]) for section in MMSE_SECTIONS):
        return None
    return sum(int(scores[section.name] or 0) for section in MMSE_SECTIONS)


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
