import numpy as np
import pytest

from adcore.statistics.curves import calibration_bins, coverage_accuracy, precision_recall, roc, roc_band, surest
from adcore.statistics.metrics import area_under_curve, expected_calibration_error

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.uniform(size=120) < 0.5
CHANCES = 1 / (1 + np.exp(-(2 * (LABELS - 0.5) + GENERATOR.normal(0, 1, 120))))


def test_the_area_under_the_drawn_curve_is_the_stated_one() -> None:
    curve = roc(LABELS, CHANCES)
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(area_under_curve(LABELS, CHANCES))


def test_the_band_holds_the_curve_and_narrows_with_more_participants() -> None:
    curve, band = roc(LABELS, CHANCES), roc_band(LABELS, CHANCES)
    inside = (band.low - 1e-9 <= np.interp(band.x, curve.x, curve.y)) & (np.interp(band.x, curve.x, curve.y) <= band.high + 1e-9)
    assert inside.mean() > 0.95
    many = roc_band(np.tile(LABELS, 9), np.tile(CHANCES, 9))
    assert (many.high - many.low).mean() < (band.high - band.low).mean() / 2


def test_recall_falls_as_the_threshold_rises_and_starts_with_all_positive() -> None:
    curve = precision_recall(LABELS, CHANCES)
    assert (np.diff(curve.x) <= 0).all()
    assert curve.x[0] == 1
    assert curve.y[0] == pytest.approx(LABELS.mean())


def test_the_bins_count_every_participant_once_and_give_the_calibration_error() -> None:
    bins = calibration_bins(LABELS, CHANCES)
    assert sum(place.participants for place in bins) == 120
    gaps = sum(place.participants / 120 * abs(place.stated - place.observed) for place in bins)
    assert gaps == pytest.approx(expected_calibration_error(LABELS, CHANCES))
    assert all(place.low <= place.observed <= place.high for place in bins)


def test_the_most_certain_are_decided_first_and_ties_together() -> None:
    labels = np.array([True, False, True, False])
    chances = np.array([0.99, 0.6, 0.4, 0.01])  # the two in the middle are equally sure, and wrong
    curve = coverage_accuracy(labels, chances, threshold=0.5)
    np.testing.assert_allclose(curve.x, [0.5, 1.0])
    assert curve.y[0] == 1
    assert curve.y[-1] == 0.5


def test_certain_probabilities_do_not_break_the_curve() -> None:
    curve = coverage_accuracy(np.array([True, False]), np.array([1.0, 0.0]), threshold=0.5)
    assert curve.y[-1] == 1


def test_those_as_sure_as_the_last_one_are_answered_too() -> None:
    chances = np.array([0.9, 0.6, 0.1, 0.45])
    assert surest(chances, 0.5, 0.0).tolist() == surest(chances, 0.5, 0.25).tolist() == [True, False, True, False]
    assert surest(chances, 0.5, 0.75).tolist() == [True, True, True, False]
