"""Logistic regressions on a few clinical fields, fitted to everyone the model was trained on: baselines that a card can carry.

The card's own baselines are out of fold; these are for other people, who are scored with the coefficients as they stand.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adcore.cohorts.cohort import Cohort
from adcore.model.card_schema import RegressionCard
from adcore.statistics.metrics import Chances

REGRESSIONS = {"MMSE alone": ("mmse",), "age, sex, MMSE": ("age_years", "male", "mmse")}
"""Columns of each; `male` is 1 for men."""

REGRESSIONS_ORIGIN = (
    "Ridge logistic regressions on all labelled participants of the training whose fields are known, to be scored on others: "
    "log-odds of impairment are the intercept plus each coefficient times the field as it stands (years, points, 1 for men)."
)

DIGITS = 6


def fit_regressions(labelled: Cohort) -> dict[str, RegressionCard]:
    """Every regression of which both classes have all fields.

    Args:
        labelled: one row a participant.
    """
    found = {name: _fit(labelled, columns) for name, columns in REGRESSIONS.items()}
    return {name: fitted for name, fitted in found.items() if fitted is not None}


def regression_chances(fitted: RegressionCard, table: pd.DataFrame) -> Chances:
    """Probabilities (S,) of impairment; not a number where a field is unknown.

    Args:
        table: with age_years, sex and mmse.
    """
    inputs = _columns(table, tuple(fitted.coefficients))
    odds = inputs @ np.array(list(fitted.coefficients.values())) + fitted.intercept
    return np.asarray(1 / (1 + np.exp(-odds)))


def _columns(table: pd.DataFrame, names: tuple[str, ...]) -> NDArray[np.float64]:
    male = np.where(table["sex"].isna(), np.nan, table["sex"].astype(str) == "M").astype(np.float64)
    return table.assign(male=male)[list(names)].to_numpy(dtype=np.float64)


def _fit(labelled: Cohort, names: tuple[str, ...]) -> RegressionCard | None:
    inputs, labels = _columns(labelled.table, names), labelled.impaired
    known = np.isfinite(inputs).all(axis=1)
    if len(set(labels[known])) < 2:
        return None
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(inputs[known], labels[known])
    scaler, regression = model[0], model[1]
    slopes = regression.coef_[0] / scaler.scale_
    return RegressionCard(
        coefficients={name: round(float(slope), DIGITS) for name, slope in zip(names, slopes, strict=True)},
        intercept=round(float(regression.intercept_[0] - slopes @ scaler.mean_), DIGITS),
        participants=int(known.sum()),
    )
