import numpy as np
import pytest

from adcore.statistics.tolerance import upper_tolerance_limit


@pytest.mark.parametrize(("count", "above"), [(299, 0), (472, 0), (473, 1), (628, 2)])
def test_as_many_values_are_left_above_as_the_tables_of_wilks_allow(count: int, above: int) -> None:
    limit = upper_tolerance_limit(np.arange(count, dtype=float))
    assert (limit.above, limit.value) == (above, count - 1 - above)
    assert limit.quantile == 0.99
    assert limit.confidence >= 0.95


@pytest.mark.parametrize("count", [1, 15, 40, 298])
def test_too_few_values_bound_a_lower_quantile_with_the_same_confidence(count: int) -> None:
    limit = upper_tolerance_limit(np.arange(count, dtype=float))
    assert limit.value == count - 1
    assert limit.quantile < 0.99
    assert 1 - limit.quantile**count == pytest.approx(0.95)
    assert limit.confidence == pytest.approx(0.95)


def test_the_limit_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    held = [upper_tolerance_limit(rng.uniform(size=400)).value >= 0.99 for _ in range(2000)]
    assert np.mean(held) >= 0.95


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf]])
def test_no_value_and_one_that_is_not_finite_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        upper_tolerance_limit(np.array(values))
