import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from adcore.training.heads import HeadConfig, fit_head
from adcore.training.rising import FALL, RisingLogisticRegression

RANDOM = np.random.default_rng(0)
HORN = RANDOM.normal(size=200)
VENTRICLE = 0.8 * HORN + 0.6 * RANDOM.normal(size=200)
LABELS = 2 * HORN - 1.5 * VENTRICLE + RANDOM.logistic(size=200) > 0
"""The wide horn speaks for impairment, and the ventricle is its yardstick: with the horn held, a wide one goes with health."""

VECTORS = np.column_stack([HORN, VENTRICLE])
WIDER = np.array([[0.0, 1.0], [0.0, 2.0]])


def test_what_may_not_reassure_does_not_and_the_sign_itself_is_kept() -> None:
    free = LogisticRegression(C=1.0).fit(VECTORS, LABELS)
    bound = RisingLogisticRegression(WIDER, C=1.0).fit(VECTORS, LABELS)
    assert (WIDER @ free.coef_[0]).min() < -1
    assert (WIDER @ bound.coef_[0]).min() >= -FALL - 1e-9
    assert bound.coef_[0, 0] > 0.3


def test_among_slopes_that_keep_the_bounds_the_fit_is_the_best() -> None:
    bound = RisingLogisticRegression(WIDER, C=1.0).fit(VECTORS, LABELS)
    best = np.append(bound.coef_[0], bound.intercept_)
    signs = np.where(LABELS, 1.0, -1.0)
    loss = bound._loss(best, VECTORS, signs)[0]
    for step in np.random.default_rng(1).normal(0, 0.05, (200, 3)):
        other = best + step
        if (WIDER @ other[:-1] >= -FALL).all():
            assert bound._loss(other, VECTORS, signs)[0] > loss - 1e-6


def test_bounds_that_do_not_bind_change_nothing() -> None:
    free = LogisticRegression(C=1.0, solver="newton-cholesky").fit(VECTORS, LABELS)
    bound = RisingLogisticRegression(np.array([[1.0, 0.0]]), C=1.0).fit(VECTORS, LABELS)
    np.testing.assert_array_equal(bound.coef_, free.coef_)
    np.testing.assert_allclose(bound.predict_proba(VECTORS), free.predict_proba(VECTORS))


@pytest.mark.parametrize("directions", [np.array([[0.0, 0.0]]), np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])])
def test_bounds_that_leave_no_slope_end_in_one_that_keeps_them(directions: np.ndarray) -> None:
    bound = RisingLogisticRegression(directions, C=1.0).fit(VECTORS, LABELS)
    assert np.isfinite(bound.coef_).all()
    assert (directions @ bound.coef_[0]).min() >= -FALL - 1e-9


def test_a_head_keeps_the_bounds_in_the_vectors_own_units() -> None:
    scale = np.array([100.0, 0.01], np.float32)
    wider = (WIDER * scale).astype(np.float32)
    weight, _ = fit_head((VECTORS * scale).astype(np.float32), LABELS, HeadConfig(inner_folds=3), seed=0, rises=wider)
    slopes = (weight[1] - weight[0]).numpy()
    assert (wider @ slopes).min() >= -FALL - 1e-4
