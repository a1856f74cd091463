"""What the shipped model answers of the demo patients is what their titles promise."""

import pytest

from adcore.cohorts.synthetic import DEMO_PATIENTS
from adcore.cohorts.synthetic.patients import DemoPatient
from adcore.pipeline import analyse
from adcore.predict import Category, Predictor, load_predictor


@pytest.fixture(scope="module")
def shipped() -> Predictor:
    return load_predictor()


@pytest.mark.slow
@pytest.mark.parametrize("patient", DEMO_PATIENTS, ids=lambda patient: patient.key)
def test_a_demo_patient_gets_the_kind_of_answer_that_it_promises(patient: DemoPatient, shipped: Predictor) -> None:
    analysis = analyse(patient.make_scan(), patient.record, shipped)
    if patient.promised is None:
        assert analysis.prediction is None
        assert analysis.refusals
    else:
        assert analysis.prediction is not None, analysis.refusals
        assert analysis.prediction.category is patient.promised
        assert bool(analysis.prediction.reasons) == (patient.promised is Category.INCONCLUSIVE)
