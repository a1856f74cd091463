import math

import numpy as np
import pytest

from adcore.errors import ModelError
from adcore.model.calibration import Calibration, Estimate, at_prevalence, chance_of

CALIBRATION = Calibration(1.0, 0.0, ((0.01, 0.0), (0.0, 0.01)), 100, (-2.0, 3.0))


@pytest.mark.parametrize(
    ("logit", "held_at", "at_edge"),
    [(-2.0, -2.0, False), (0.5, 0.5, False), (3.0, 3.0, False), (-2.001, -2.0, True), (3.001, 3.0, True), (50.0, 3.0, True)],
)
def test_an_estimate_beyond_the_participants_is_held_at_theirs_and_says_so(logit: float, held_at: float, at_edge: bool) -> None:
    estimate = CALIBRATION.estimate(logit)
    assert estimate.log_odds == pytest.approx(held_at)
    assert estimate.at_edge is at_edge


def test_a_calibration_that_names_no_edge_holds_nothing() -> None:
    free = Calibration(1.0, 0.0, CALIBRATION.covariance, 100)
    assert free.estimate(9.0).log_odds == pytest.approx(9.0, rel=1e-3)
    assert not free.estimate(9.0).at_edge


def test_another_prevalence_does_not_forget_the_edge() -> None:
    assert at_prevalence(CALIBRATION.estimate(4.0), 0.5, 0.1).at_edge
    assert not at_prevalence(Estimate(0.6, 0.4, 0.8), 0.5, 0.1).at_edge
    assert math.isclose(at_prevalence(CALIBRATION.estimate(4.0), 0.5, 0.5).probability, CALIBRATION.estimate(3.0).probability)


@pytest.mark.parametrize("logit", [math.nan, math.inf])
def test_a_result_that_is_not_finite_is_refused(logit: float) -> None:
    with pytest.raises(ModelError, match="no finite probability"):
        Calibration(1.0, 0.0, CALIBRATION.covariance, 100).estimate(logit)
    with pytest.raises(ModelError, match="no finite probability"):
        Calibration(math.nan, 0.0, CALIBRATION.covariance, 100).estimate(0.0)


@pytest.mark.parametrize("odds", [-5000.0, -800.0, -3.0, 0.0, 3.0, 800.0])
def test_log_odds_of_any_size_have_a_probability(odds: float) -> None:
    assert 0 <= chance_of(odds) <= 1
    assert chance_of(odds) + chance_of(-odds) == pytest.approx(1)
    assert chance_of(odds) == pytest.approx(1 / (1 + np.exp(-np.float128(odds))))
