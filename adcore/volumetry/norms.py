"""Norms: volumes of healthy adults by age and sex as a curve with its spread, and a patient's z-score and percentile on it."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from scipy.stats import norm

from adcore.case.clinical import Sex
from adcore.errors import ModelError, NormRangeError
from adcore.model.seal import read_sealed
from adcore.model.shipped import SHIPPED_MODELS

NORMS_PATH = SHIPPED_MODELS / "structures" / "norms.json"
"""Beside the weights of the network that measured them."""

DECADE, MIDDLE = 10.0, 50.0
"""Ages enter the curve in decades from 50 years."""

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
    """The logarithm of a share of the intracranial volume: quadratic in age, shifted by sex, normally distributed.

    Attributes:
        coefficients: constant, age, age squared, male.
        spread: standard deviation about the curve.
        resampled: rows of (coefficients, spread), each fitted to a bootstrap sample of the participants.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    coefficients: list[float]
    spread: float
    resampled: list[list[float]]

    def z(self, share: float, age_years: float, sex: Sex) -> float:
        """Standard deviations of one share of the intracranial volume, above 0, over the curve."""
        terms = design(np.array([age_years]), np.array([sex is Sex.MALE]))[0]
        return (math.log(share) - float(terms @ np.array(self.coefficients))) / self.spread

    def score(self, share: float, age_years: float, sex: Sex) -> NormScore:
        """Score one share of the intracranial volume, above 0."""
        terms = design(np.array([age_years]), np.array([sex is Sex.MALE]))[0]
        z = self.z(share, age_years, sex)
        rows = np.array(self.resampled)
        low, high = np.percentile((math.log(share) - rows[:, :-1] @ terms) / rows[:, -1], INTERVAL)
        return NormScore(z, float(low), float(high), *(100 * float(norm.cdf(value)) for value in (z, low, high)))

    def expected(self, age_years: NDArray[np.float64], sex: Sex, z: float) -> NDArray[np.float64]:
        """The share of the intracranial volume by age, `z` standard deviations above the curve."""
        terms = design(age_years, np.full(len(age_years), sex is Sex.MALE))
        shares: NDArray[np.float64] = np.exp(terms @ np.array(self.coefficients) + z * self.spread)
        return shares

    def log_slope(self, age_years: float) -> tuple[float, float, float]:
        """Change of the logarithm of the share per year of age along the curve, with its 95% interval over participants.

        Cross-sectional: it compares healthy adults of different ages, none of whom was followed.
        """
        decades = (age_years - MIDDLE) / DECADE
        rows = np.array([[*self.coefficients, self.spread], *self.resampled])
        slopes = (rows[:, 1] + 2 * rows[:, 2] * decades) / DECADE
        low, high = np.percentile(slopes[1:], INTERVAL)
        return float(slopes[0]), float(low), float(high)


class Norms(BaseModel):
    """The curves of one cohort of healthy adults.

    Attributes:
        participants: how many, of whom `female` are women.
        age_years: of the youngest and the oldest.
        scanner, source, method: descriptions for the reader.
        weights_sha256: of the structure network that measured them.
        curves: by measure, see adcore.volumetry.findings.MEASURES.
        check: z-scores of participants held out of the network's training, from curves fitted to the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    participants: int
    female: int
    age_years: tuple[float, float]
    scanner: str
    source: str
    method: str
    weights_sha256: str
    seed: int
    curves: dict[str, NormCurve]
    check: dict[str, dict[str, float]]

    def score(self, measure: str, share: float, age_years: float | None, sex: Sex | None) -> NormScore:
        """Score one patient.

        Raises:
            NormRangeError: age or sex is unknown, or the age is outside the cohort's.
        """
        age_years, sex = self.check_range(age_years, sex)
        return self.curves[measure].score(share, age_years, sex)

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


def design(age_years: NDArray[np.float64], male: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Terms of the curve for each participant, (n, 4)."""
    decades = (age_years - MIDDLE) / DECADE
    return np.stack([np.ones(len(decades)), decades, decades**2, male.astype(np.float64)], axis=1)


@lru_cache(maxsize=1)
def load_norms(path: Path = NORMS_PATH) -> Norms:
    """The shipped norms, read once per process.

    Raises:
        ModelError: missing, damaged or changed.
    """
    content = read_sealed(path.parent, path.name)
    try:
        return Norms.model_validate_json(content)
    except ValidationError as error:
        raise ModelError(f"{path.name} does not hold norms that this version can read. Restore the file.") from error
