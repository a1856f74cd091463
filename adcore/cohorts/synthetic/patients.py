"""The five demo patients. They are synthetic and labelled as such; the predictions are the model's own."""

from dataclasses import dataclass, field

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.cohorts.synthetic.acquisition import Acquisition
from adcore.cohorts.synthetic.deformation import Degrees
from adcore.cohorts.synthetic.head import make_head
from adcore.predict import Category


@dataclass(frozen=True)
class DemoPatient:
    """A synthetic patient for demonstration.

    Attributes:
        key: stable identifier, for addresses and tests.
        title, story: shown on the page; the story says that the patient is synthetic.
        promised: the category that the title promises; None for a scan that should be refused. Never shown to the model.
        atrophy, size: as make_head takes them; never shown to the model. Degrees were set so that the volumes that the structure
            network measures fit the story.
        seed: of shape and noise.
    """

    key: str
    title: str
    story: str
    record: ClinicalRecord
    promised: Category | None
    atrophy: Degrees
    size: float
    seed: int
    acquisition: Acquisition = field(default_factory=Acquisition)

    def make_scan(self) -> Scan:
        """The scan of the patient, the same at every call; takes a few seconds to compute."""
        return make_head(self.atrophy, self.seed, self.acquisition, self.size)


MOVED = Acquisition(shape=(150, 222, 160), centre_mm=(1.0, -4.0, -45.0), noise=0.1, ghosts=1.0)
"""A patient who moved, in a field of view that ends below the vertex."""

CUT_OFF = Acquisition(shape=MOVED.shape, centre_mm=MOVED.centre_mm)
"""The same field of view with a patient who lay still."""

DEMO_PATIENTS: tuple[DemoPatient, ...] = (
    DemoPatient(
        key="typical-ageing",
        title="Typical ageing",
        story=(
            "A synthetic patient aged 72 who comes for reassurance. The scan is simulated so that every volume is usual at "
            "this age."
        ),
        record=ClinicalRecord(age_years=72, sex=Sex.FEMALE, education_years=16, ses=2, mmse=29),
        promised=Category.UNIMPAIRED,
        atrophy=Degrees(ventricles=0.28, hippocampi=-0.4, brain=1.2, horns=-0.2),
        size=0.921,
        seed=58,
    ),
    DemoPatient(
        key="marked-atrophy",
        title="Marked atrophy",
        story=(
            "A synthetic patient aged 79 whose family reports two years of memory loss. The scan is simulated with wide "
            "ventricles, open temporal horns and small hippocampi."
        ),
        record=ClinicalRecord(age_years=79, sex=Sex.MALE, education_years=12, ses=3, mmse=21),
        promised=Category.IMPAIRED,
        atrophy=Degrees(ventricles=0.95, hippocampi=-0.2, brain=1.15, horns=0.7),
        size=0.94,
        seed=51,
    ),
    DemoPatient(
        key="borderline",
        title="Signs at odds",
        story=(
            "A synthetic patient aged 75, a retired teacher who forgets names but does well in tests. The scan is simulated "
            "with clear atrophy, so scan and clinical fields contradict each other."
        ),
        record=ClinicalRecord(age_years=75, sex=Sex.FEMALE, education_years=18, ses=1, mmse=28),
        promised=Category.INCONCLUSIVE,
        atrophy=Degrees(ventricles=0.73, hippocampi=-0.05, brain=0.92, horns=0.45),
        size=0.915,
        seed=56,
    ),
    DemoPatient(
        key="unusable-quality",
        title="Unusable scan",
        story=(
            "A synthetic patient aged 81 who could not lie still: the scan is simulated with motion ghosts, strong noise and "
            "without the vertex, and should be refused."
        ),
        record=ClinicalRecord(age_years=81, sex=Sex.MALE, education_years=8, ses=4, mmse=24),
        promised=None,
        atrophy=Degrees.of(0.6),
        size=0.933,
        seed=41,
        acquisition=MOVED,
    ),
    DemoPatient(
        key="cropped-crown",
        title="Crown cut off",
        story=(
            "A synthetic patient aged 70 who lay still. The scan is simulated in good quality, but its field of view ends below "
            "the vertex, so it should be refused."
        ),
        record=ClinicalRecord(age_years=70, sex=Sex.FEMALE, education_years=14, ses=2, mmse=28),
        promised=None,
        atrophy=Degrees(ventricles=0.28, hippocampi=-0.4, brain=1.2, horns=-0.2),
        size=0.921,
        seed=61,
        acquisition=CUT_OFF,
    ),
)
