"""Simple models on the same folds, as baselines for the networks."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from adcore.cohorts.cohort import Cohort

COLUMNS = {
    "age": "age_years",
    "sex": "male",
    "education": "education_years",
    "SES": "ses",
    "MMSE": "mmse",
    "nWBV": "nwbv",
    "eTIV": "etiv_cm3",
}
"""Of the cohort's table, by name. nWBV and eTIV come from the image."""

BASELINES = (
    ("age", "sex"),
    ("age", "sex", "education", "SES"),
    ("age", "sex", "education", "SES", "MMSE"),
    ("age", "sex", "nWBV", "eTIV"),
)
"""What each logistic regression reads."""


def baseline_chances(cohort: Cohort, fold_of: dict[str, int]) -> dict[str, NDArray[np.float64]]:
    """Out-of-fold probabilities (S,) of a logistic regression on each set of fields, by their names.

    A field that is known of nobody is neither read nor named, and sets that are then the same count once. Other unknown values
    take the training folds' median, without a flag: a missing SES reveals the label.

    Args:
        cohort: labelled participants, one row each.
        fold_of: each person's test fold.
    """
    table = cohort.table.assign(male=(cohort.table["sex"] == "M").astype(float))
    folds = np.array([fold_of[person] for person in table["person"]])
    known = [name for name, column in COLUMNS.items() if table[column].notna().any()]
    sets = dict.fromkeys(tuple(name for name in names if name in known) for names in BASELINES)
    return {
        ", ".join(names): _chances(table[[COLUMNS[name] for name in names]], cohort.impaired, folds) for names in sets if names
    }


def _chances(inputs: pd.DataFrame, labels: NDArray[np.bool_], folds: NDArray[np.int_]) -> NDArray[np.float64]:
    chances = np.empty(len(inputs))
    for fold in np.unique(folds):
        here = folds == fold
        model = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), LogisticRegression())
        model.fit(inputs[~here], labels[~here])
        chances[here] = model.predict_proba(inputs[here])[:, 1]
    return chances
