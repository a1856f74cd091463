"""A synthetic participant at three visits, for the follow-up page: one head, increasing atrophy, positioned anew each time."""

from dataclasses import dataclass

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.cohorts.synthetic.acquisition import Acquisition
from adcore.cohorts.synthetic.deformation import Degrees
from adcore.cohorts.synthetic.head import make_head

SEED = 58
"""Seed of the head's shape, the same for all visits. Each has a grid of its own size, and so its own noise and bias field."""

SIZE = 0.921
"""Of the head, whose intracranial volume is 1482 to 1492 ml then."""


@dataclass(frozen=True)
class DemoVisit:
    """One visit.

    Attributes:
        months: since the first visit.
        atrophy: degrees as make_head takes them; never shown to the model.
    """

    months: float
    atrophy: Degrees
    record: ClinicalRecord
    acquisition: Acquisition

    def make_scan(self) -> Scan:
        """The scan of the visit, the same at every call; takes a few seconds to compute."""
        return make_head(self.atrophy, SEED, self.acquisition, SIZE)


def _record(age_years: float, mmse: float) -> ClinicalRecord:
    return ClinicalRecord(age_years=age_years, sex=Sex.FEMALE, education_years=16, ses=2, mmse=mmse)


DEMO_COURSE: tuple[DemoVisit, ...] = (
    DemoVisit(
        months=0,
        atrophy=Degrees(ventricles=0.3, hippocampi=-0.35, brain=1.12, horns=-0.2),
        record=_record(72, 29),
        acquisition=Acquisition(),
    ),
    DemoVisit(
        months=24,
        atrophy=Degrees(ventricles=0.45, hippocampi=-0.15, brain=1.15, horns=0.35),
        record=_record(74, 27),
        acquisition=Acquisition(tilt_degrees=(-3, 2, -5), centre_mm=(-4, 2, -12), shape=(152, 220, 190)),
    ),
    DemoVisit(
        months=48,
        atrophy=Degrees(ventricles=0.7, hippocampi=0.1, brain=1.2, horns=0.5),
        record=_record(76, 24),
        acquisition=Acquisition(tilt_degrees=(1, 4, 3), centre_mm=(5, -8, -16), shape=(148, 224, 186)),
    ),
)
