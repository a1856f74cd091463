"""A synthetic participant at three visits, for the follow-up page: one head, increasing atrophy, positioned anew each time."""

from dataclasses import dataclass

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.cohorts.synthetic.acquisition import Acquisition
from adcore.cohorts.synthetic.head import make_head

SEED = 58
"""Seed of the head's shape, the same for all visits. Each has a grid of its own size, and so its own noise and bias field."""

SIZE = 0.917
"""Of the head, whose intracranial volume is 1516 to 1535 ml then."""


@dataclass(frozen=True)
class DemoVisit:
    """One visit.

    Attributes:
        months: since the first visit.
        atrophy: degree as make_head takes it; never shown to the model.
    """

    months: float
    atrophy: float
    record: ClinicalRecord
    acquisition: Acquisition

    def make_scan(self) -> Scan:
        """The scan of the visit, the same at every call; takes a few seconds to compute."""
        return make_head(self.atrophy, SEED, self.acquisition, SIZE)


def _record(age_years: float, mmse: float) -> ClinicalRecord:
    return ClinicalRecord(age_years=age_years, sex=Sex.FEMALE, education_years=16, ses=2, mmse=mmse)


DEMO_COURSE: tuple[DemoVisit, ...] = (
    DemoVisit(0, 0.35, _record(72, 29), Acquisition()),
    DemoVisit(24, 0.5, _record(74, 27), Acquisition(tilt_degrees=(-3, 2, -5), centre_mm=(-4, 2, -12), shape=(152, 220, 190))),
    DemoVisit(48, 0.75, _record(76, 24), Acquisition(tilt_degrees=(1, 4, 3), centre_mm=(5, -8, -16), shape=(148, 224, 186))),
)
