"""Simple models on the same folds, as baselines for the networks."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adcore.cohorts.cohort import Cohort

BASELINES = {
    "age, sex": ("age_years", "male"),
    "age, sex, education, SES": ("age_years", "male", "education_years", "ses"),
    "age, sex, education, SES, MMSE": ("age_years", "male", "education_years", "ses", "mmse"),
    "age, sex, nWBV, eTIV": ("age_years", "male", "nwbv", "etiv_cm3"),
}
"""Columns of each logistic regression. nWBV and eTIV come from the image."""


def baseline_chances(cohort: Cohort, fold_of: dict[str, int]) -> dict[str, NDArray[np.float64]]:
    """Out-of-fold probabilities (S,) of a logistic regression on each set of columns.

    Unknown values take the training folds' median, without a flag: a missing SES reveals the label.

    Args:
        cohort: labelled participants, one row each.
        fold_of: each person's test fold.
    """
    table = cohort.table.assign(male=(cohort.table["sex"] == "M").astype(float))
    folds = np.array([fold_of[person] for person in table["person"]])
    return {name: _chances(table[list(columns)], cohort.impaired, folds) for name, columns in BASELINES.items()}


def _chances(inputs: pd.DataFrame, labels: NDArray[np.bool_], folds: NDArray[np.int_]) -> NDArray[np.float64]:
    chances = np.empty(len(inputs))
    for fold in np.unique(folds):
        here = folds == fold
        model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression())
        model.fit(inputs[~here], labels[~here])
        chances[here] = model.predict_proba(inputs[here])[:, 1]
    return chances
