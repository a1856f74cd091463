import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from adcore.training.evidence import choose_sum, fit_sum, log_losses

LABELS = np.arange(80) % 2 == 1


def told(strength: float, seed: int = 0) -> NDArray[np.float64]:
    """Evidence (80,) that follows the labels, with noise."""
    return np.asarray(np.random.default_rng(seed).normal(0, 1, len(LABELS)) + strength * (2 * LABELS - 1))


def test_the_terms_and_the_start_are_the_answer() -> None:
    evidence = np.stack([told(1.0), told(0.5, 1)], axis=1)
    found = fit_sum(evidence, LABELS, 1.0)
    assert found.terms(evidence).sum(axis=1) + found.start == pytest.approx(found.log_odds(evidence), abs=1e-12)


def test_a_branch_that_tells_the_opposite_is_left_out_instead_of_turned_round() -> None:
    evidence = np.stack([told(1.0), -told(1.0, 1)], axis=1)
    found = fit_sum(evidence, LABELS, 1.0)
    assert found.weights[0] > 0.5
    assert found.weights[1] == 0
    assert LogisticRegression(C=1.0).fit(evidence, LABELS).coef_[0, 1] < -0.5  # without the bound it is turned round


def test_where_no_bound_matters_it_is_ridge_regression() -> None:
    evidence = np.stack([told(1.0), told(0.5, 1)], axis=1)
    found, plain = fit_sum(evidence, LABELS, 0.3), LogisticRegression(C=0.3, tol=1e-8).fit(evidence, LABELS)
    assert found.weights == pytest.approx(plain.coef_[0], abs=1e-3)
    assert found.start == pytest.approx(plain.intercept_[0], abs=1e-3)


def test_the_chosen_penalty_follows_what_there_is_to_learn() -> None:
    told_much, noise = choose_sum(told(1.0)[:, None], LABELS, 4, 0), choose_sum(told(0.0)[:, None], LABELS, 4, 0)
    assert told_much.weights[0] > 0.7
    assert noise.weights[0] < 0.2


def test_a_class_smaller_than_the_folds_can_be_fitted() -> None:
    found = choose_sum(told(1.0)[:12, None], np.arange(12) < 3, 5, 0)
    assert np.isfinite([found.start, *found.weights]).all()


def test_log_loss_stays_finite_where_an_answer_is_sure_and_wrong() -> None:
    assert log_losses(np.array([True, False]), np.array([-800.0, 800.0])) == pytest.approx([800, 800])
