from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import SkipTest

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator

from adcore.cohorts.layouts import load_cohort
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.predict import Predictor
from adcore.training.cohort_features import cohort_features
from adcore.training.late_fusion_classifier import LateFusionClassifier
from tests.support.model_folder import SLICES, write_oasis1
from tests.support.untrained import untrained_card, untrained_network

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(120) % 2
TABLE = pd.DataFrame(
    {
        "scan 0": LABELS + GENERATOR.normal(0, 1, 120),
        "scan 1": GENERATOR.normal(0, 1, 120),
        "fields mmse": -LABELS + GENERATOR.normal(0, 1, 120),
        "noise a": GENERATOR.normal(0, 1, 120),
    }
)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_it_passes_scikit_learns_own_checks() -> None:
    for estimator, check in estimator_checks_generator(LateFusionClassifier()):
        with suppress(SkipTest):  # what needs an environment variable of its own
            check(estimator)


def test_it_works_in_a_pipeline_and_in_cross_validation_and_finds_what_is_there() -> None:
    scores = cross_val_score(LateFusionClassifier(), TABLE, LABELS, cv=4, scoring="roc_auc")
    assert 0.7 < scores.mean() < 0.95
    whole = make_pipeline(QuantileTransformer(n_quantiles=30), LateFusionClassifier())
    assert cross_val_score(whole, TABLE, LABELS, cv=3, scoring="roc_auc").mean() > 0.6


def test_branches_are_read_from_names_and_can_be_chosen() -> None:
    fitted = LateFusionClassifier().fit(TABLE, LABELS)
    assert {name: len(columns) for name, columns in fitted.branches_.items()} == {"scan": 2, "fields": 1, "noise": 1}
    weights = dict(zip(fitted.branches_, fitted.fusion_.weights, strict=True))
    assert min(weights.values()) >= 0
    assert weights["noise"] < min(weights["scan"], weights["fields"])
    fields = LateFusionClassifier(branches=("fields",)).fit(TABLE, LABELS)
    changed = TABLE.assign(**{"scan 0": 99.0, "noise a": -99.0})
    np.testing.assert_array_equal(fields.predict_proba(changed), fields.predict_proba(TABLE))
    with pytest.raises(ValueError, match="scan, fields, noise, got bones"):
        LateFusionClassifier(branches=("bones",)).fit(TABLE, LABELS)


def test_what_is_missing_becomes_the_median_of_those_trained_on() -> None:
    gaps = TABLE.mask(GENERATOR.uniform(size=TABLE.shape) < 0.2)
    fitted = LateFusionClassifier().fit(gaps, LABELS)
    assert roc_auc_score(LABELS, fitted.predict_proba(gaps)[:, 1]) > 0.7
    unknown = fitted.predict_proba(gaps.iloc[:1] * np.nan)
    np.testing.assert_allclose(unknown, fitted.predict_proba(gaps.median().to_frame().T))


def test_any_two_names_are_classes_and_a_copy_has_the_same_settings() -> None:
    words = np.where(LABELS == 1, "AD", "CN")
    fitted = LateFusionClassifier(strength=0.5).fit(TABLE, words)
    assert set(fitted.predict(TABLE)) == {"AD", "CN"}
    np.testing.assert_array_equal(fitted.classes_, ["AD", "CN"])
    assert (fitted.predict(TABLE) == fitted.classes_[fitted.predict_proba(TABLE).argmax(axis=1)]).all()
    assert clone(fitted).get_params() == {"branches": None, "strength": 0.5, "inner_folds": 5, "random_state": 0}
    with pytest.raises(ValueError, match="one class"):
        LateFusionClassifier().fit(TABLE, np.ones(120))


@pytest.mark.slow
def test_a_cohorts_features_are_named_by_branch_with_unknown_fields_missing(tmp_path: Path) -> None:
    folder = write_oasis1(tmp_path / "data")
    cohort: Any = load_cohort(folder, SLICES)
    table = cohort_features(cohort, Predictor(untrained_card(SLICES), untrained_network()))
    assert list(table.index) == list(cohort.table["session"])
    counts = table.columns.str.partition(" ").get_level_values(0).value_counts()
    assert counts["vgg16"] == counts["resnet50"] == 16
    assert counts["structures"] == len(SLICE_STRUCTURES)
    assert list(table.filter(like="fields").columns) == [
        f"fields {name}" for name in ("age_years", "sex", "education_years", "ses", "mmse")
    ]
    assert (table["fields sex"] == (cohort.table["sex"] == "F").to_numpy()).all()
    assert table.notna().all(axis=None)
