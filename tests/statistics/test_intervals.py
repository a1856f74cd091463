import numpy as np
import pytest

from adcore.statistics.intervals import mean, mean_and_range, share


def test_the_interval_of_a_mean_holds_it_and_narrows_with_more_participants() -> None:
    values = np.random.default_rng(0).normal(3.0, 1.0, 40)
    few, many = mean(values, 0), mean(np.tile(values, 25), 0)
    assert few.value == many.value == pytest.approx(values.mean())
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 3


def test_a_mean_drawn_with_the_same_seed_is_the_same() -> None:
    values = np.arange(12.0)
    assert mean(values, 3) == mean(values, np.random.default_rng(3))


def test_the_range_leaves_a_fortieth_out_at_each_end() -> None:
    found = mean_and_range(np.arange(1001.0))
    assert (found.value, found.low, found.high) == (500, 25, 975)


def test_none_of_few_leaves_a_wide_interval() -> None:
    found = share(0, 10)
    assert found.value == found.low == 0
    assert found.high > 0.2
