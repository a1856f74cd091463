"""Norms: volumes of healthy adults by age and sex as a curve with its spread, and a patient's z-score and percentile on it."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from adcore.case.clinical import Sex
from adcore.errors import ModelError, NormRangeError
from adcore.model.seal import read_sealed
from adcore.model.shipped import SHIPPED_MODELS
from adcore.volumetry.offset import OFFSET_VARIABLE, NormsOffset

NORMS_PATH = SHIPPED_MODELS / "structures" / "norms.json"
"""Beside the weights of the network that measured them."""

DECADE, MIDDLE = 10.0, 50.0
"""Ages enter the curve in decades from 50 years."""

MIDDLE_ML = 1450.0
"""Intracranial volume from which the size of a head enters the curve."""

LEAST_ML = 1e-3
"""A cubic millimetre: what was not found at all has a logarithm, too."""

INTERVAL = (2.5, 97.5)

BANDS = ((1.645, "middle 90%"), (0.674, "middle 50%"))
"""Standard deviations on either side of the curve that hold the named share of healthy adults, widest first."""


@dataclass(frozen=True)
class NormScore:
    """A patient's position among healthy adults of the same age and sex.

    Attributes:
        z: standard deviations above the curve; its 95% interval is the uncertainty of the curve, given the size of the cohort.
        percentile: share of healthy adults below, in percent, with its interval.
    """

    z: float
    z_low: float
    z_high: float
    percentile: float
    percentile_low: float
    percentile_high: float


class NormCurve(BaseModel):
    """The logarithm of a volume: quadratic in age, shifted by sex, a power of the head's size, normally distributed.

    Head size is regressed on, not divided by (the residual method: Voevodskaya 2014, Front Aging Neurosci 6:264), since most
    structures grow by less than the head.

    Attributes:
        coefficients: constant, age, age squared, male, logarithm of the head's size; see design.
        spread: standard deviation about the curve, of participants who had no part in it.
        covariance: (6, 6), of the coefficients and the logarithm of the spread, between bootstrap samples of participants.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    coefficients: list[float]
    spread: float
    covariance: list[list[float]]

    def z(self, millilitres: float, intracranial_ml: float, age_years: float, sex: Sex) -> float:
        """Standard deviations of one volume over the curve; both volumes above 0."""
        return self._z(math.log(max(millilitres, LEAST_ML)), _terms(age_years, sex, intracranial_ml))

    def score(self, millilitres: float, intracranial_ml: float, age_years: float, sex: Sex) -> NormScore:
        """Score one volume; both volumes above 0."""
        terms = _terms(age_years, sex, intracranial_ml)
        z = self._z(math.log(max(millilitres, LEAST_ML)), terms)
        slopes = np.append(terms / self.spread, z)
        reach = NormalDist().inv_cdf(INTERVAL[1] / 100) * math.sqrt(slopes @ np.array(self.covariance) @ slopes)
        low, high = z - reach, z + reach
        return NormScore(z, low, high, *(100 * NormalDist().cdf(value) for value in (z, low, high)))

    def expected(
        self, age_years: NDArray[np.float64], sex: Sex, z: float, intracranial_ml: float = MIDDLE_ML
    ) -> NDArray[np.float64]:
        """The volume by age in a head of this size, millilitres, `z` standard deviations above the curve."""
        terms = design(age_years, np.full(len(age_years), sex is Sex.MALE), np.full(len(age_years), intracranial_ml))
        volumes: NDArray[np.float64] = np.exp(terms @ np.array(self.coefficients) + z * self.spread)
        return volumes

    def log_slope(self, age_years: float) -> tuple[float, float, float]:
        """Change of the logarithm of the volume per year of age along the curve, with its 95% interval over participants.

        Cross-sectional: it compares healthy adults of different ages, none of whom was followed.
        """
        weights = np.array([0, 1, 2 * (age_years - MIDDLE) / DECADE, 0, 0]) / DECADE
        slope = float(weights @ np.array(self.coefficients))
        variance = weights @ np.array(self.covariance)[:-1, :-1] @ weights
        reach = NormalDist().inv_cdf(INTERVAL[1] / 100) * math.sqrt(variance)
        return slope, slope - reach, slope + reach

    def moved(self, offset: float, uncertainty: float) -> Self:
        """The same curve higher by an offset of the logarithm, known to within a standard error."""
        covariance = np.array(self.covariance)
        covariance[0, 0] += uncertainty**2
        level, *others = self.coefficients
        return self.model_copy(update={"coefficients": [level + offset, *others], "covariance": covariance.tolist()})

    def _z(self, logarithm: float, terms: NDArray[np.float64]) -> float:
        return (logarithm - float(terms @ np.array(self.coefficients))) / self.spread


class Norms(BaseModel):
    """The curves of one cohort of healthy adults.

    Attributes:
        participants: how many, of whom `female` are women.
        held_out: how many of them the structure network was not trained on: the level of the curves is theirs.
        age_years: of the youngest and the oldest.
        scanner, source, method: descriptions for the reader.
        weights_sha256: of the structure network that measured them.
        curves: by measure, see adcore.volumetry.findings.NORMED.
        check: z-scores of the participants held out, from curves fitted without them.
        clinic: healthy adults of a clinic by whom the curves were moved to its scanner; 0 for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    participants: int
    female: int
    held_out: int
    age_years: tuple[float, float]
    scanner: str
    source: str
    method: str
    weights_sha256: str
    seed: int
    curves: dict[str, NormCurve]
    check: dict[str, dict[str, float]]
    clinic: int = 0

    def score(
        self, measure: str, millilitres: float, intracranial_ml: float, age_years: float | None, sex: Sex | None
    ) -> NormScore:
        """Score one volume of a patient.

        Raises:
            NormRangeError: age or sex is unknown, the age is outside the cohort's, or there is no head to compare with.
        """
        age_years, sex = self.check_range(age_years, sex)
        if not intracranial_ml > 0:
            raise NormRangeError("Nothing was found inside the skull, so volumes cannot be compared. Look at the scan's outline.")
        return self.curves[measure].score(millilitres, intracranial_ml, age_years, sex)

    def check_range(self, age_years: float | None, sex: Sex | None) -> tuple[float, Sex]:
        """Age and sex of a patient who can be compared.

        Raises:
            NormRangeError: age or sex is unknown, or the age is outside the cohort's.
        """
        youngest, oldest = self.age_years
        if age_years is None or sex is None:
            raise NormRangeError("Age and sex are needed to compare volumes with those of healthy adults. Enter both.")
        if not youngest <= age_years <= oldest:
            raise NormRangeError(
                f"The normative cohort is aged {youngest:.0f} to {oldest:.0f} years, so a volume at {age_years:.0f} years cannot "
                "be compared with it."
            )
        return age_years, sex

    def moved(self, offsets: Mapping[str, tuple[float, float]], clinic: int) -> Self:
        """The norms on a clinic's scanner.

        Args:
            offsets: by measure, how far the logarithms of its healthy adults lie above the curve, and the standard error.
            clinic: how many they are.
        """
        curves = {measure: curve.moved(*offsets[measure]) for measure, curve in self.curves.items()}
        return self.model_copy(update={"curves": curves, "clinic": clinic})


def design(age_years: NDArray[np.float64], male: NDArray[np.bool_], intracranial_ml: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terms of the curve for each participant, (n, 5)."""
    decades = (age_years - MIDDLE) / DECADE
    size = np.log(intracranial_ml / MIDDLE_ML)
    return np.stack([np.ones(len(decades)), decades, decades**2, male.astype(np.float64), size], axis=1)


def _terms(age_years: float, sex: Sex, intracranial_ml: float) -> NDArray[np.float64]:
    one: NDArray[np.float64] = design(np.array([age_years]), np.array([sex is Sex.MALE]), np.array([intracranial_ml]))[0]
    return one


def load_norms() -> Norms:
    """The shipped norms, moved to the clinic's scanner where ADCORE_NORMS_OFFSET names its offset; read once per process.

    Raises:
        ModelError: missing, damaged or changed, or the offset is not of these norms.
    """
    offset = os.environ.get(OFFSET_VARIABLE)
    return shipped_norms() if not offset else _moved_norms(Path(offset))


@lru_cache(maxsize=1)
def shipped_norms(path: Path = NORMS_PATH) -> Norms:
    """The norms as shipped, read once per process.

    Raises:
        ModelError: missing, damaged or changed.
    """
    content = read_sealed(path.parent, path.name)
    try:
        return Norms.model_validate_json(content)
    except ValidationError as error:
        raise ModelError(f"{path.name} does not hold norms that this version can read. Restore the file.") from error


@lru_cache(maxsize=1)
def _moved_norms(path: Path) -> Norms:
    norms, offset = shipped_norms(), NormsOffset.read(path)
    if offset.weights_sha256 != norms.weights_sha256:
        raise ModelError(
            f"The offset that {OFFSET_VARIABLE} names was measured with another structure network. Measure it "
            "again: adcore structures norms --add."
        )
    return norms.moved(offset.offsets, offset.participants)
