"""The course of one patient: each visit's answer in order of time, and every change compared with scan-rescan variability."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from adcore.analysis import Analysis
from adcore.longitudinal.common_space import CommonSpace
from adcore.longitudinal.repeatability import COVERED, Repeatability
from adcore.longitudinal.trend import slope_per_year
from adcore.longitudinal.volume_trend import VolumeTrend
from adcore.model.calibration import Estimate
from adcore.words import DISCLAIMER, apart, points

MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True, eq=False)
class Visit:
    """One analysed visit.

    Attributes:
        months: since the first visit.
        scan_alone: the probability from the scan without any field, since age and MMSE change between visits anyway.
    """

    months: float
    analysis: Analysis
    scan_alone: Estimate

    @property
    def log_odds(self) -> float:
        """Log-odds of the scan alone."""
        return self.scan_alone.log_odds


@dataclass(frozen=True)
class LeftOut:
    """A visit that was excluded, and why, in a sentence."""

    months: float
    reason: str


@dataclass(frozen=True, eq=False)
class Course:
    """The visits of one patient, and what changed between them.

    Attributes:
        visits: two or more that passed their checks, in order of time.
        left_out: excluded visits.
        space: all scans in one space.
        volumes: by measure.
        intracranial_ml: by visit; nearly constant in adults, so that differences are due to scanner scaling or segmentation.
        repeatability: scan-rescan variability, with which changes are compared.
        warnings: sentences that the reader must see, such as that these may not be scans of one patient.
    """

    visits: tuple[Visit, ...]
    left_out: tuple[LeftOut, ...]
    space: CommonSpace
    volumes: tuple[VolumeTrend, ...]
    intracranial_ml: tuple[float, ...]
    repeatability: Repeatability
    warnings: tuple[str, ...]

    @property
    def years(self) -> tuple[float, ...]:
        """Years since the first included visit."""
        return tuple((visit.months - self.visits[0].months) / MONTHS_PER_YEAR for visit in self.visits)

    @property
    def log_odds_per_year(self) -> float:
        """Slope of the log-odds of the scan alone."""
        return slope_per_year(np.array(self.years), np.array([visit.log_odds for visit in self.visits]))

    @property
    def log_odds_change(self) -> float:
        """Change from the first to the last visit, of the scan alone."""
        return self.visits[-1].log_odds - self.visits[0].log_odds

    @property
    def log_odds_limit(self) -> float:
        """Change that 95 of 100 rescans of unchanged subjects stay within: real or simulated rescans, whichever vary more."""
        repeat = self.repeatability
        return COVERED * max(repeat.probability.log_odds_sd, repeat.simulated_log_odds_sd)

    @property
    def probability_sentence(self) -> str:
        """Change of the probability from the scan alone, compared with scan-rescan variability."""
        first, last = (points(visit.scan_alone.probability) for visit in (self.visits[0], self.visits[-1]))
        within = abs(self.log_odds_change) <= self.log_odds_limit
        place = "within" if within else "beyond"
        change, limit = apart(abs(self.log_odds_change), self.log_odds_limit, 2)
        sign = "-" if self.log_odds_change < 0 else "+"
        return (
            f"From the scan alone, the probability of impairment changed from {first}% to {last}% in {self.years[-1]:.1f} "
            f"years: {sign}{change} in log-odds, {place} the {limit} that 95 of 100 rescans "
            "of unchanged subjects stay within."
        )

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; no voxels, no names."""
        return {
            "disclaimer": DISCLAIMER,
            "visits": [
                {"months": visit.months, "scan_alone": asdict(visit.scan_alone), "log_odds_scan_alone": visit.log_odds}
                | {"analysis": visit.analysis.to_json(), "intracranial_ml": millilitres}
                for visit, millilitres in zip(self.visits, self.intracranial_ml, strict=True)
            ],
            "left_out": [asdict(visit) for visit in self.left_out],
            "probability": {
                "log_odds_per_year": self.log_odds_per_year,
                "log_odds_change": self.log_odds_change,
                "log_odds_limit": self.log_odds_limit,
                "sentence": self.probability_sentence,
            },
            "volumes": [asdict(volume) | {"sentence": volume.sentence} for volume in self.volumes],
            "registration": {
                "poses": [pose.tolist() for pose in self.space.alignment.poses],
                "similarity": self.space.alignment.similarity,
                "overlap": self.space.alignment.overlap,
            },
            "repeatability": self.repeatability.model_dump(),
            "warnings": list(self.warnings),
        }
