import math

import pytest

from adcore.answer.mmse_error import MMSE_ERROR, around, band_scores, mean_estimate, possible_scores, with_mmse_error
from adcore.case.clinical import MmseBand
from adcore.model.calibration import COVERAGE_Z, Estimate, chance_of, log_odds


def estimate(centre: float, spread: float) -> Estimate:
    reach = COVERAGE_Z * spread
    return Estimate(*(chance_of(value) for value in (centre, centre - reach, centre + reach)))


def spread_of(found: Estimate) -> float:
    return (log_odds(found.high) - log_odds(found.low)) / (2 * COVERAGE_Z)


def test_possible_scores_spread_around_the_recorded_one() -> None:
    scores = possible_scores(20)
    assert sum(scores.values()) == pytest.approx(1)
    assert sum(score * weight for score, weight in scores.items()) == pytest.approx(20)
    spread = math.sqrt(sum((score - 20) ** 2 * weight for score, weight in scores.items()))
    assert spread == pytest.approx(MMSE_ERROR, rel=0.1)


@pytest.mark.parametrize("mmse", [0, 1, 29, 30])
def test_no_score_lies_beyond_the_tests_own_range(mmse: float) -> None:
    scores = possible_scores(mmse)
    assert min(scores) >= 0
    assert max(scores) <= 30
    assert max(scores, key=scores.__getitem__) == mmse


def test_where_the_score_does_not_matter_the_interval_is_the_calibrations() -> None:
    one = estimate(-0.7, 0.3)
    found = with_mmse_error(one, [one] * 3, [0.25, 0.5, 0.25])
    assert (found.low, found.high) == pytest.approx((one.low, one.high), abs=1e-4)


def test_where_it_matters_both_errors_add_up_as_variances() -> None:
    slope, spread = -0.4, 0.3  # log-odds a point
    scores = possible_scores(20)
    others = [estimate(slope * (score - 20), spread) for score in scores]
    found = with_mmse_error(estimate(0, spread), others, list(scores.values()))
    assert found.probability == pytest.approx(0.5)
    assert spread_of(found) == pytest.approx(math.hypot(spread, slope * MMSE_ERROR), rel=0.1)


def test_the_interval_holds_the_probability_though_all_other_scores_lie_on_one_side() -> None:
    found = with_mmse_error(estimate(-2, 0.1), [estimate(1, 0.1)], [1.0])
    assert found.low == found.probability < found.high


def test_a_band_stands_for_its_scores_as_frequent_as_in_training() -> None:
    counted = {"23": 2, "24": 3, "25": 1, "30": 4}
    assert band_scores(MmseBand.MIDDLE, counted) == {24.0: 0.75, 25.0: 0.25}
    assert band_scores(MmseBand.LOW, counted) == {23.0: 1.0}
    unknown = band_scores(MmseBand.LOW, {})
    assert (min(unknown), max(unknown), len(set(unknown.values()))) == (15, 23, 1)


def test_the_error_of_a_test_spreads_a_band_beyond_its_ends() -> None:
    spread = around({24.0: 0.75, 25.0: 0.25})
    assert sum(spread.values()) == pytest.approx(1)
    assert min(spread) < 24 < 26 < max(spread)
    assert around({20.0: 1.0}) == possible_scores(20)


def test_an_average_over_scores_lies_between_them_and_its_interval_spans_theirs() -> None:
    low, high = estimate(-2, 0.3), estimate(1, 0.3)
    found = mean_estimate([low, high], [0.25, 0.75])
    assert found.probability == pytest.approx(0.25 * low.probability + 0.75 * high.probability)
    assert (found.low, found.high) == (low.low, high.high)
