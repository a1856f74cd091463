"""The clinical fields of one patient: values with units and ranges, or unknown. CDR is the label and cannot be an input."""

import math
import re
import reprlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError, ValidationInfo, field_validator, model_validator

from adcore.errors import ClinicalRecordError


class Sex(StrEnum):
    """Sex as recorded by the training cohorts."""

    FEMALE = "F"
    MALE = "M"

    @property
    def word(self) -> str:
        """As shown to the reader."""
        return {"F": "female", "M": "male"}[self.value]


class MmseBand(StrEnum):
    """An MMSE of which only the band is known. The cuts are those of most guidelines: under 24 impaired, 27 and over usual."""

    LOW = "under 24"
    MIDDLE = "24 to 26"
    HIGH = "27 and over"

    @property
    def scores(self) -> tuple[int, ...]:
        """The total scores in it."""
        return {"under 24": tuple(range(24)), "24 to 26": (24, 25, 26), "27 and over": (27, 28, 29, 30)}[self.value]


class BiomarkerResult(StrEnum):
    """A biomarker as its laboratory or reader reported it, by that test's own limits: assays differ too much for one scale."""

    NEGATIVE = "negative"
    INTERMEDIATE = "intermediate"
    POSITIVE = "positive"


@dataclass(frozen=True)
class FieldSpec:
    """How a form asks for one field, and which values are valid.

    Attributes:
        name: attribute of ClinicalRecord.
        label: shown to the clinician.
        help: the sentence beside it.
        unit: empty where there is none.
        low: least value; None for a closed vocabulary, as with high and step.
        high: greatest value.
        step: smallest sensible change.
        whole: whether only whole numbers are values.
        choices: the closed vocabulary; empty for numbers.
    """

    name: str
    label: str
    help: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()

    def beyond(self, value: float) -> str:
        """The sentence for a number that lies beyond the field's; empty where it does not."""
        within = self.low is not None and self.high is not None and self.low <= value <= self.high
        return "" if within else self.refusal(value)

    def refusal(self, value: object) -> str:
        """The sentence for a value that is none of the field's."""
        if self.low is None or self.high is None:
            expected = " or ".join(self.choices)
        else:
            kind = "a whole number" if self.whole else "a number"
            expected = f"{kind} from {self.low:g} to {self.high:g}{' ' + self.unit if self.unit else ''}"
        came = f"{value:g}" if isinstance(value, float) else reprlib.repr(value)
        return f"{self.label} takes {expected}, got {came}. Correct it, or leave it unknown."


ADULT_YEARS = 18
"""Age from which on a person is an adult; children's scans are refused, whether the age is typed or in the scan's header."""

FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        "age_years",
        "Age",
        "At the scan. The model was trained on participants aged 60 and over.",
        "years",
        low=ADULT_YEARS,
        high=110,
        step=1,
    ),
    FieldSpec("sex", "Sex", "As recorded.", choices=tuple(Sex)),
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
"""The fields that the networks read, in the order of their encoding."""

RECORDED_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        "apoe_e4",
        "APOE e4 alleles",
        "How many of the two APOE alleles are e4.",
        "",
        0,
        2,
        1,
        whole=True,
    ),
    FieldSpec(
        "p_tau217", "Plasma p-tau217", "As the laboratory reported it, by its assay's own limits.", choices=tuple(BiomarkerResult)
    ),
    FieldSpec(
        "amyloid",
        "Amyloid",
        "By PET or cerebrospinal fluid, as reported. The newer one, if both are known.",
        choices=tuple(BiomarkerResult),
    ),
    FieldSpec(
        "fazekas",
        "WMH, Fazekas grade",
        "White matter hyperintensities on FLAIR or T2: 0 none, 1 foci, 2 beginning confluence, 3 large confluent areas.",
        "",
        0,
        3,
        1,
        whole=True,
    ),
)
"""Fields that are recorded and reported, but read by no network: the training participants have none of them. The grade is that
of Fazekas and others 1987 (AJR Am J Roentgenol 149:351)."""

SEX_SPELLINGS = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
"""In lower case; no other spelling is guessed."""

_SPECS = {spec.name: spec for spec in (*FIELDS, *RECORDED_FIELDS)}


class ClinicalRecord(BaseModel):
    """The clinical fields of one patient; None is unknown.

    Build it with `ClinicalRecord.of(...)` to get refusals as an AdcoreError with a sentence for the user. Text, booleans and NaN
    are refused in place of numbers, never converted.

    Attributes:
        mmse_band: where the score itself is not known; not beside it.
        measures: by name, what a model reads beside these fields; whether one is right, only that model's card can tell.
        header_confirmed: whether whoever typed them confirms age and sex although the scan's header states others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    age_years: float | None = None
    sex: Sex | None = None
    education_years: float | None = None
    ses: float | None = None
    mmse: float | None = None
    apoe_e4: float | None = None
    p_tau217: BiomarkerResult | None = None
    amyloid: BiomarkerResult | None = None
    fazekas: float | None = None
    mmse_band: MmseBand | None = None
    header_confirmed: StrictBool = False
    measures: dict[str, float] = {}

    @field_validator("age_years", "education_years", "ses", "mmse", "apoe_e4", "fazekas", mode="before")
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

    @field_validator("measures", mode="before")
    @classmethod
    def _finite_measures(cls, values: Any) -> dict[str, float]:
        if not isinstance(values, Mapping):
            raise ValueError("not by name")
        if not all(_is_number(value) and math.isfinite(value) for value in values.values()):
            raise ValueError("not a number")
        return {str(name): float(value) for name, value in values.items()}

    @model_validator(mode="after")
    def _score_or_band(self) -> Self:
        if self.mmse is not None and self.mmse_band is not None:
            raise ValueError("both")
        return self

    @field_validator("sex", mode="before")
    @classmethod
    def _sex_as_recorded(cls, value: object) -> object:
        return SEX_SPELLINGS.get(value.strip().lower(), value) if isinstance(value, str) else value

    @field_validator("p_tau217", "amyloid", mode="before")
    @classmethod
    def _result_in_any_case(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @classmethod
    def of(cls, **values: object) -> Self:
        """Build a record from a form's or a command line's values.

        Raises:
            ClinicalRecordError: a value out of range, or a field that does not exist (CDR among them).
        """
        if any(means_cdr(name) for name in values):
            raise ClinicalRecordError("CDR is what the model predicts, so it cannot be an input. Leave it out.")
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            sentences = [_sentence(str((*detail["loc"], BOTH)[0]), detail["input"]) for detail in error.errors()]
            raise ClinicalRecordError(" ".join(sentences)) from error

    @classmethod
    def refusal(cls, name: str, value: object) -> str | None:
        """Why a value is refused; None where it is valid."""
        try:
            cls.of(**{name: value})
        except ClinicalRecordError as error:
            return str(error)
        return None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the fields that the networks read and that have no value, in the order of FIELDS."""
        banded = ("mmse",) if self.mmse_band is not None else ()
        return tuple(spec.name for spec in FIELDS if getattr(self, spec.name) is None and spec.name not in banded)

    @property
    def knows_mmse(self) -> bool:
        """Whether the MMSE is known, as a score or as a band."""
        return self.mmse is not None or self.mmse_band is not None

    @property
    def known(self) -> tuple[str, ...]:
        """Names of the fields that the networks read and that have a value: those of FIELDS, then the measures."""
        return (*(spec.name for spec in FIELDS if spec.name not in self.unknown), *self.measures)

    @property
    def without_mmse(self) -> Self:
        """The record had the MMSE not been known."""
        return self.without(["mmse"])

    def without(self, names: Collection[str]) -> Self:
        """The record had some fields not been known."""
        hidden: dict[str, object] = dict.fromkeys(spec.name for spec in FIELDS if spec.name in names)
        hidden |= {"mmse_band": None} if "mmse" in names else {}
        measures = {name: value for name, value in self.measures.items() if name not in names}
        return self.model_copy(update={**hidden, "measures": measures})

    @property
    def any_known(self) -> bool:
        """Whether any field that the networks read is known."""
        return bool(self.known)

    @property
    def recorded(self) -> tuple[FieldSpec, ...]:
        """The fields with a value that no network reads."""
        return tuple(spec for spec in RECORDED_FIELDS if getattr(self, spec.name) is not None)

    @property
    def as_read(self) -> Self:
        """The record with only the fields that the networks read: records equal in these get the same answer."""
        return self.model_copy(update={spec.name: None for spec in RECORDED_FIELDS})


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def means_cdr(name: str) -> bool:
    """Whether a field or column of that name is a Clinical Dementia Rating."""
    letters = re.sub("[^a-z]", "", name.lower())
    return "cdr" in letters or "clinicaldementiarating" in letters


BOTH = "both"
"""Stands for the two fields of which only one may be given."""


def _sentence(name: str, value: object) -> str:
    spec = _SPECS.get(name)
    if name == BOTH:
        return "The MMSE was given as a score and as a band. Give the score if it is known, else the band."
    if name == "mmse_band":
        return f"The MMSE's band is one of {', '.join(MmseBand)}, got {reprlib.repr(value)}. Correct it, or leave it unknown."
    if name == "header_confirmed":
        return f"The confirmation of age and sex is either true or false, got {reprlib.repr(value)}. Correct it, or leave it out."
    if name == "measures":
        return f"A model's own measures are numbers by their names, got {reprlib.repr(value)}. Correct it, or leave them out."
    if spec is None:
        return f"There is no clinical field '{name}'. Known fields: {', '.join(_SPECS)}."
    return spec.refusal(value)


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
"""Sections and maximum points of Folstein, Folstein and McHugh 1975 (J Psychiatr Res 12:189); the questions are not included."""


def missing_sections(scores: Mapping[str, float | str | None]) -> tuple[MmseSection, ...]:
    """The sections without a score."""
    return tuple(section for section in MMSE_SECTIONS if scores.get(section.name) is None)


def section_refusal(section: MmseSection, score: float | str | None) -> str | None:
    """Why a score is refused; None where it is valid or missing."""
    if score is None or (not isinstance(score, str) and 0 <= score <= section.points and float(score).is_integer()):
        return None
    came = reprlib.repr(score) if isinstance(score, str) else f"{score:g}"
    return f"{section.label} takes a whole number from 0 to {section.points}, got {came}. Correct it, or leave it empty."


def mmse_total(scores: Mapping[str, float | str | None]) -> int | None:
    """Total of all sections; None while one is missing or invalid."""
    if missing_sections(scores) or any(section_refusal(section, scores[section.name]) for section in MMSE_SECTIONS):
        return None
    return sum(int(scores[section.name] or 0) for section in MMSE_SECTIONS)


SCHOOL_AGE = 4.0
"""Age in years before any schooling; more years of education than lived since then are a typing error."""

SEVERE_MMSE = 10
"""Highest MMSE that usually corresponds to a CDR of 3 (Perneczky 2006, Am J Geriatr Psychiatry 14:139)."""


def remarks(record: ClinicalRecord, trained_years: tuple[float, float]) -> dict[str, str]:
    """A remark on each field whose value should be double-checked, by field name.

    Args:
        trained_years: ages of the youngest and oldest training participant.
    """
    sentences: dict[str, str] = {}
    youngest, oldest = trained_years
    age, education, mmse = record.age_years, record.education_years, record.mmse
    if age is not None and not youngest <= age <= oldest:
        sentences["age_years"] = (
            f"Outside the training ages of {youngest:.0f} to {oldest:.0f} years: the answer will be inconclusive."
        )
    if age is not None and education is not None and education > age - SCHOOL_AGE:
        sentences["education_years"] = f"{education:g} years of education do not fit an age of {age:g}. Is one of them mistyped?"
    if mmse is not None and mmse <= SEVERE_MMSE:
        sentences["mmse"] = (
            f"{mmse:g} of 30 points is far below the range of early impairment that this program was made for. "
            "Was every section of the test done?"
        )
    return sentences
