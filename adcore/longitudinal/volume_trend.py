"""One volume over a person's visits: percent per year, what measuring alone leaves open, and how healthy adults differ by age."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcore import words
from adcore.case.clinical import Sex
from adcore.errors import NormRangeError
from adcore.longitudinal.repeatability import COVERED, Repeatability
from adcore.longitudinal.trend import percent_per_year, slope_per_year, slope_spread
from adcore.volumetry.findings import VolumeFinding
from adcore.volumetry.norms import load_norms


@dataclass(frozen=True)
class Rate:
    """Percent per year, with its 95% interval."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class VolumeTrend:
    """One measure over the visits.

    Attributes:
        measure: of adcore.volumetry.findings.MEASURES.
        millilitres, shares: by visit; shares are of the intracranial volume, so a scanner's scale cancels out.
        rate: of the share, by least squares on its logarithm; the interval is what rescans leave open, no more.
            None where the visits lie too close in time for a rate.
        millilitres_percent: the same of the volume itself.
        expected: along the curve of healthy adults at the middle age; None where `reason` says why.
    """

    measure: str
    millilitres: tuple[float, ...]
    shares: tuple[float, ...]
    rate: Rate | None
    millilitres_percent: float | None
    expected: Rate | None
    reason: str | None

    @property
    def beyond_repeatability(self) -> bool:
        """Whether measuring alone does not explain the change."""
        return self.rate is not None and not self.rate.low <= 0 <= self.rate.high

    @property
    def sentence(self) -> str:
        """In words and numbers."""
        first, last = (words.millilitres(self.millilitres[visit]) for visit in (0, -1))
        start = f"{self.measure.capitalize()}: {first} to {last} ml"
        if self.rate is None:
            return f"{start}; no rate, the visits lie too close together."
        rate = self.rate
        said = f"{start}; {_signed(rate)} of the share of the intracranial volume"
        verdict = "more than rescans differ by" if self.beyond_repeatability else "within what rescans differ by"
        if self.expected is None:
            return f"{said}, {verdict}."
        return f"{said}, {verdict}. Healthy adults around that age: {_signed(self.expected)}."


def volume_trends(
    years: Sequence[float],
    volumes: Sequence[Sequence[VolumeFinding]],
    age_years: float | None,
    sex: Sex | None,
    repeat: Repeatability,
    *,
    rated: bool,
) -> tuple[VolumeTrend, ...]:
    """Every measure.

    Args:
        years: since the first visit, (V,).
        volumes: of each visit.
        age_years: in the middle between the first and the last visit.
        rated: whether the visits lie far enough apart for a rate.
    """
    times = np.array(years)
    expected, reason = _expected(age_years, sex)
    found = []
    for measure in [finding.measure for finding in volumes[0]]:
        own = [next(finding for finding in visit if finding.measure == measure) for visit in volumes]
        shares, millilitres = [finding.share for finding in own], [finding.millilitres for finding in own]
        rate = percent = None
        if rated:
            slope = slope_per_year(times, np.log(shares))
            margin = COVERED * slope_spread(times, repeat.volume_noise(measure))
            rate = Rate(*(percent_per_year(value) for value in (slope, slope - margin, slope + margin)))
            percent = percent_per_year(slope_per_year(times, np.log(np.maximum(millilitres, 1e-3))))
        found.append(VolumeTrend(measure, tuple(millilitres), tuple(shares), rate, percent, expected.get(measure), reason))
    return tuple(found)


def _expected(age_years: float | None, sex: Sex | None) -> tuple[dict[str, Rate], str | None]:
    norms = load_norms()
    try:
        age, _ = norms.check_range(age_years, sex)
    except NormRangeError as error:
        return {}, str(error)
    return {
        measure: Rate(*(percent_per_year(slope) for slope in curve.log_slope(age))) for measure, curve in norms.curves.items()
    }, None


def _signed(rate: Rate) -> str:
    return words.interval(rate.percent, rate.low, rate.high, "+.1f", "% a year")
