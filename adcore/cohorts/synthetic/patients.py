"""The four demo patients. Everything about them is made up and says so; what the model answers is its own."""

from dataclasses import dataclass, field

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.cohorts.synthetic.acquisition import Acquisition
from adcore.cohorts.synthetic.head import make_head
from adcore.predict import Category


@dataclass(frozen=True)
class DemoPatient:
    """A made-up person to try the program with.

    Attributes:
        key: stable, for addresses and tests.
        title, story: what the page shows; the story says that it is synthetic.
        promised: the kind of answer that the title promises; None for a scan that ought to be refused. Never shown to the model.
        atrophy: degree that make_head takes; never shown to the model.
        seed: of shape and noise.
    """

    key: str
    title: str
    story: str
    record: ClinicalRecord
    promised: Category | None
    atrophy: float
    seed: int
    acquisition: Acquisition = field(default_factory=Acquisition)

    def make_scan(self) -> Scan:
        """The patient's scan, the same at every call; a few seconds of computing."""
        return make_head(self.atrophy, self.seed, self.acquisition)


MOVED = Acquisition(shape=(150, 222, 160), centre_mm=(1.0, -4.0, -45.0), noise=0.1, ghosts=1.0)
"""A patient who could not lie still, in a field of view that ends below the crown."""

DEMO_PATIENTS: tuple[DemoPatient, ...] = (
    DemoPatient(
        key="typical-ageing",
        title="Typical ageing",
        story=(
            "A synthetic patient of 72 who comes for reassurance. The scan is computed with mild atrophy, as is common at "
            "this age."
        ),
        record=ClinicalRecord(age_years=72, sex=Sex.FEMALE, education_years=16, ses=2, mmse=29),
        promised=Category.UNIMPAIRED,
        atrophy=0.15,
        seed=58,
    ),
    DemoPatient(
        key="marked-atrophy",
        title="Marked atrophy",
        story=(
            "A synthetic patient of 79 whose family reports two years of memory loss. The scan is computed with wide ventricles, "
            "wide temporal horns and small hippocampi."
        ),
        record=ClinicalRecord(age_years=79, sex=Sex.MALE, education_years=12, ses=3, mmse=21),
        promised=Category.IMPAIRED,
        atrophy=1.05,
        seed=51,
    ),
    DemoPatient(
        key="borderline",
        title="Signs at odds",
        story=(
            "A synthetic patient of 75, a retired teacher who forgets names and does well in every test. The scan is computed "
            "with clear atrophy, so the fields and the scan pull opposite ways."
        ),
        record=ClinicalRecord(age_years=75, sex=Sex.FEMALE, education_years=18, ses=1, mmse=30),
        promised=Category.INCONCLUSIVE,
        atrophy=0.85,
        seed=56,
    ),
    DemoPatient(
        key="unusable-quality",
        title="Unusable scan",
        story=(
            "A synthetic patient of 81 who could not lie still: the scan is computed with motion ghosts, strong noise and "
            "without the crown, and ought to be refused."
        ),
        record=ClinicalRecord(age_years=81, sex=Sex.MALE, education_years=8, ses=4, mmse=24),
        promised=None,
        atrophy=0.6,
        seed=41,
        acquisition=MOVED,
    ),
)
