import math

import numpy as np
import pytest

from adcore.case.clinical import Sex
from adcore.longitudinal.repeatability import Repeatability
from adcore.longitudinal.trend import percent_per_year, slope_per_year, slope_spread
from adcore.longitudinal.volume_trend import volume_trends
from adcore.volumetry import VolumeFinding
from adcore.volumetry.norms import load_norms

YEARS = (0.0, 2.0, 4.0)


def findings(share: float) -> tuple[VolumeFinding, ...]:
    return (VolumeFinding("hippocampi", 1400 * share, share, None, None),)


def test_a_straight_line_has_its_own_slope() -> None:
    years = np.array([0.0, 1.0, 4.0])
    assert slope_per_year(years, 3 - 0.5 * years) == pytest.approx(-0.5)


def test_visits_at_one_time_have_no_slope() -> None:
    assert math.isnan(slope_per_year(np.zeros(3), np.arange(3.0)))


def test_the_spread_of_a_slope_is_that_of_drawn_measurements() -> None:
    draws = np.random.default_rng(0).normal(0, 0.02 / np.sqrt(2), (20000, 3))
    slopes = [slope_per_year(np.array(YEARS), draw) for draw in draws]
    assert np.std(slopes) == pytest.approx(slope_spread(np.array(YEARS), 0.02), rel=0.03)


def test_a_shrinking_volume_is_reported_in_percent_per_year(repeatability: Repeatability) -> None:
    shares = [0.005 * 0.97**year for year in YEARS]
    (trend,) = volume_trends(YEARS, [findings(share) for share in shares], 72, Sex.FEMALE, repeatability, rated=True)
    assert trend.rate is not None
    assert trend.rate.percent == pytest.approx(-3.0)
    assert trend.millilitres_percent == pytest.approx(-3.0)
    assert trend.beyond_repeatability
    assert "-3.0% a year" in trend.sentence
    assert "beyond scan-rescan variability" in trend.sentence


def test_a_change_within_measurement_error_is_called_so(repeatability: Repeatability) -> None:
    shares = [0.005, 0.00502, 0.00499]
    (trend,) = volume_trends(YEARS, [findings(share) for share in shares], 72, Sex.FEMALE, repeatability, rated=True)
    assert not trend.beyond_repeatability
    assert "within scan-rescan variability" in trend.sentence


def test_visits_too_close_in_time_give_no_rate(repeatability: Repeatability) -> None:
    (trend,) = volume_trends((0, 0.1), [findings(0.005), findings(0.0049)], 72, Sex.FEMALE, repeatability, rated=False)
    assert trend.rate is None
    assert "no rate" in trend.sentence


def test_without_an_age_there_is_no_expectation_but_a_reason(repeatability: Repeatability) -> None:
    (trend,) = volume_trends((0, 2), [findings(0.005), findings(0.0049)], None, None, repeatability, rated=True)
    assert trend.expected is None
    assert "Age and sex are needed" in str(trend.reason)


@pytest.mark.parametrize("age", [40.0, 65.0, 75.0])
def test_the_expected_rate_is_the_slope_of_the_norms_curve(age: float, repeatability: Repeatability) -> None:
    curve = load_norms().curves["hippocampi"]
    before, after = curve.expected(np.array([age - 0.01, age + 0.01]), Sex.FEMALE, 0.0)
    slope, low, high = curve.log_slope(age)
    assert slope == pytest.approx(math.log(after / before) / 0.02, rel=1e-4)
    assert low < slope < high
    (trend,) = volume_trends((0, 2), [findings(0.005), findings(0.0049)], age, Sex.FEMALE, repeatability, rated=True)
    assert trend.expected is not None
    assert trend.expected.percent == pytest.approx(percent_per_year(slope))
