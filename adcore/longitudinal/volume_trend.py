"""One volume over a patient's visits: percent per year with its measurement uncertainty, and the expected rate by norms."""

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
        millilitres, shares: by visit; shares are of the intracranial volume, in which a scanner's scaling cancels out.
        rate: of the share, by least squares on its logarithm; the interval covers scan-rescan variability only. None where the
            visits are too close in time for a rate.
        millilitres_percent: the same for the volume itself.
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
        """Whether the change exceeds scan-rescan variability."""
        return self.rate is not None and not self.rate.low <= 0 <= self.rate.high

    @property
    def sentence(self) -> str:
        """The trend in a sentence with numbers."""
        first, last = (words.millilitres(self.millilitres[visit]) for visit in (0, -1))
        start = f"{self.measure.capitalize()}: {first} to {last} ml"
        if self.rate is None:
            return f"{start}; no rate, since the visits are too close together."
        rate = self.rate
        change = f"{start}; {_signed(rate)} of the share of the intracranial volume"
        noise = "beyond scan-rescan variability" if self.beyond_repeatability else "within scan-rescan variability"
        if self.expected is None:
            return f"{change}, {noise}."
        return f"{change}, {noise}. Healthy adults of that age: {_signed(self.expected)}."


def volume_trends(
    years: Sequence[float],
    volumes: Sequence[Sequence[VolumeFinding]],
    age_years: float | None,
    sex: Sex | None,
    repeat: Repeatability,
    *,
    rated: bool,
) -> tuple[VolumeTrend, ...]:
    """The trend of every measure.

    Args:
        years: since the first visit, (V,).
        volumes: by visit.
        age_years: half-way between the first and the last visit.
        rated: whether the visits are far enough apart for a rate.
    """
    times = np.array(years)
    expected, reason = _expected(age_years, sex)
    trends = []
    for measure in [finding.measure for finding in volumes[0]]:
        own = [next(finding for finding in visit if finding.measure == measure) for visit in volumes]
        shares, millilitres = [finding.share for finding in own], [finding.millilitres for finding in own]
        rate = percent = None
        if rated:
            slope = slope_per_year(times, np.log(shares))
            margin = COVERED * slope_spread(times, repeat.volume_noise(measure))
            rate = Rate(*(percent_per_year(value) for value in (slope, slope - margin, slope + margin)))
            percent = percent_per_year(slope_per_year(times, np.log(np.maximum(millilitres, 1e-3))))
        trends.append(VolumeTrend(measure, tuple(millilitres), tuple(shares), rate, percent, expected.get(measure), reason))
    return tuple(trends)


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
