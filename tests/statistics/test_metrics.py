import numpy as np
import pytest
from sklearn.metrics import log_loss as library_log_loss
from sklearn.metrics import roc_auc_score

from adcore.statistics.metrics import (
    area_under_curve,
    bootstrap_metrics,
    confusion,
    expected_calibration_error,
    log_loss,
    metric_functions,
)

LABELS = np.array([True, True, True, False, False])
CHANCES = np.array([0.9, 0.8, 0.3, 0.6, 0.1])


def test_confusion_counts_participants_and_the_threshold_itself_counts_as_impaired() -> None:
    counts = confusion(LABELS, CHANCES, 0.6)
    assert (counts.true_positive, counts.false_negative, counts.true_negative, counts.false_positive) == (2, 1, 1, 1)


def test_metrics_match_hand_counts() -> None:
    metrics = bootstrap_metrics(LABELS, CHANCES, 0.5, seed=0)
    assert metrics["sensitivity"].value == pytest.approx(2 / 3)
    assert metrics["specificity"].value == pytest.approx(1 / 2)
    assert metrics["balanced_accuracy"].value == pytest.approx(7 / 12)
    assert metrics["precision"].value == pytest.approx(2 / 3)
    assert metrics["f1"].value == pytest.approx(2 / 3)
    assert metrics["auc"].value == pytest.approx(5 / 6)
    assert metrics["brier"].value == pytest.approx(np.mean((CHANCES - LABELS) ** 2))


def test_intervals_hold_their_value_and_narrow_with_more_participants() -> None:
    few = bootstrap_metrics(LABELS, CHANCES, 0.5, seed=0)["auc"]
    many = bootstrap_metrics(np.tile(LABELS, 40), np.tile(CHANCES, 40), 0.5, seed=0)["auc"]
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_calibration_error_is_zero_for_true_frequencies_and_large_for_overconfidence() -> None:
    generator = np.random.default_rng(0)
    chances = generator.uniform(0, 1, 20000)
    labels = generator.uniform(0, 1, 20000) < chances
    assert expected_calibration_error(labels, chances) < 0.02
    assert expected_calibration_error(labels, (chances > 0.5).astype(float)) > 0.2


def test_the_interval_of_a_calibration_error_contains_it() -> None:
    generator = np.random.default_rng(0)
    chances = generator.uniform(0, 1, 150)
    labels = generator.uniform(0, 1, 150) < chances
    found = bootstrap_metrics(labels, chances, 0.5, seed=0)["ece"]
    assert found.value == pytest.approx(expected_calibration_error(labels, chances))
    assert 0 <= found.low < found.value < found.high


def test_log_loss_is_the_librarys_and_stays_finite() -> None:
    generator = np.random.default_rng(0)
    labels, chances = generator.uniform(0, 1, 50) < 0.5, generator.uniform(0.01, 0.99, 50)
    assert float(log_loss(labels, chances)) == pytest.approx(library_log_loss(labels, chances))
    assert float(log_loss(np.array([True, False]), np.array([0.5, 0.5]))) == pytest.approx(np.log(2))
    assert np.isfinite(log_loss(np.array([True]), np.array([0.0])))


def test_precision_is_zero_where_no_participant_is_called_impaired() -> None:
    metrics = bootstrap_metrics(LABELS, np.full(5, 0.2), 0.5, seed=0)
    assert (metrics["precision"].value, metrics["precision"].low, metrics["precision"].high) == (0, 0, 0)


def test_the_area_from_ranks_is_the_librarys_ties_included() -> None:
    generator = np.random.default_rng(0)
    labels, chances = generator.uniform(0, 1, 200) < 0.4, generator.integers(0, 20, 200) / 20
    assert area_under_curve(labels, chances) == pytest.approx(roc_auc_score(labels, chances))


def test_every_resample_is_measured_as_it_would_be_alone() -> None:
    generator = np.random.default_rng(0)
    labels, chances = generator.uniform(size=(7, 30)) < 0.5, generator.integers(0, 12, (7, 30)) / 11
    for metric in metric_functions(0.5).values():
        alone = [float(metric(*row)) for row in zip(labels, chances, strict=True)]
        np.testing.assert_allclose(metric(labels, chances), alone)
