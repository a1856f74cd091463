import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adcore.evaluation.card.regressions import fit_regressions, regression_chances
from tests.support.untrained import synthetic_cohort


def test_the_coefficients_give_what_the_regression_gives_and_an_unknown_field_no_probability() -> None:
    labelled = synthetic_cohort(labelled=40).labelled()
    inputs = labelled.table.assign(male=labelled.table["sex"] == "M")[["age_years", "male", "mmse"]].to_numpy(dtype=float)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(inputs, labelled.impaired)
    table = labelled.table.copy()
    table.loc[0, "mmse"] = np.nan
    found = regression_chances(fit_regressions(labelled)["age, sex, MMSE"], table)
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx(model.predict_proba(inputs)[1:, 1], abs=1e-3)


def test_a_field_that_nobody_has_gives_no_regression() -> None:
    labelled = synthetic_cohort(labelled=20).labelled()
    labelled.table["sex"] = np.nan
    assert list(fit_regressions(labelled)) == ["MMSE alone"]
