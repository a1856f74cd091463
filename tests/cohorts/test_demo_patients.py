"""What the shipped model answers of the demo patients, and every volume that is shown of them, is what their stories promise."""

from collections.abc import Iterator

import pytest

from adcore.case.check import Check
from adcore.case.reason import CheckCode
from adcore.cohorts.synthetic import DEMO_COURSE, DEMO_PATIENTS
from adcore.cohorts.synthetic.patients import DemoPatient
from adcore.pipeline import analyse
from adcore.predict import Category, Predictor, load_predictor
from adcore.volumetry import VolumeFinding
from adcore.volumetry.scales import HORN, Scale, ScaleValue, measure_scales

pytestmark = pytest.mark.usefixtures("remembered")


@pytest.fixture(scope="module")
def shipped() -> Iterator[Predictor]:
    """Nothing is explained, since only answers and volumes are looked at."""
    with pytest.MonkeyPatch.context() as patch:
        for explanation in ("explain", "contributions", "what_if"):
            patch.setattr(f"adcore.pipeline.{explanation}", lambda *_: None)
        yield load_predictor()


@pytest.mark.slow
@pytest.mark.parametrize("patient", DEMO_PATIENTS, ids=lambda patient: patient.key)
def test_a_demo_patient_gets_the_kind_of_answer_that_it_promises(patient: DemoPatient, shipped: Predictor) -> None:
    analysis = analyse(patient.make_scan(), patient.record, shipped)
    if patient.promised is None:
        assert analysis.prediction is None
        assert analysis.refusals
        assert patient.key != "cropped-crown" or CheckCode.WHOLE_BRAIN in {reason.code for reason in analysis.refusals}
    else:
        assert analysis.prediction is not None, analysis.refusals
        assert analysis.prediction.category is patient.promised
        _volumes_fit_the_story(patient, {finding.measure: finding for finding in analysis.volumes}, analysis.prepared.checks)
        _grades_fit_the_story(patient, measure_scales(analysis.prepared))
        assert bool(analysis.prediction.reasons) == (patient.promised is Category.INCONCLUSIVE)


@pytest.mark.slow
def test_the_demo_course_goes_from_likely_unimpaired_to_likely_impaired(shipped: Predictor) -> None:
    promised = (Category.UNIMPAIRED, Category.INCONCLUSIVE, Category.IMPAIRED)
    for visit, category in zip(DEMO_COURSE, promised, strict=True):
        analysis = analyse(visit.make_scan(), visit.record, shipped)
        assert analysis.prediction is not None, analysis.refusals
        assert analysis.prediction.category is category
        assert 1450 <= _intracranial(analysis.prepared.checks) <= 1600


def _volumes_fit_the_story(patient: DemoPatient, volumes: dict[str, VolumeFinding], checks: tuple[Check, ...]) -> None:
    """Heads of the usual size; what is small or large for age, and what is usual."""
    assert 1450 <= _intracranial(checks) <= 1600
    z = {name: finding.score.z for name, finding in volumes.items() if finding.score is not None}
    percentiles = {name: finding.score.percentile for name, finding in volumes.items() if finding.score is not None}
    assert len(z) == 3
    match patient.key:
        case "typical-ageing":
            assert all(25 <= percentile <= 75 for percentile in percentiles.values()), percentiles
        case "marked-atrophy" | "borderline":
            assert -3.6 <= z["hippocampi"] <= -2.4
            assert percentiles["lateral ventricles"] > 90
            assert 5 <= percentiles["whole brain"] <= 75


def _grades_fit_the_story(patient: DemoPatient, scales: tuple[ScaleValue, ...]) -> None:
    """Open temporal horns are segmented as open on both sides, and counted as such."""
    grades = [scale.value for scale in scales if scale.scale is Scale.MEDIAL_TEMPORAL]
    assert len(grades) == 2
    if patient.promised is Category.IMPAIRED:
        assert min(grades) > HORN.grade
    if patient.promised is Category.UNIMPAIRED:
        assert max(grades) < HORN.grade + 1


def _intracranial(checks: tuple[Check, ...]) -> float:
    (volume,) = (check.value for check in checks if check.code is CheckCode.INTRACRANIAL_VOLUME)
    return float(volume)
