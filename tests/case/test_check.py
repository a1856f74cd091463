import pytest

from adcore.case.check import Limit
from adcore.case.reason import CheckCode


@pytest.mark.parametrize(("value", "passed"), [(0.44, False), (0.45, True), (2.0, True), (float("nan"), False)])
def test_a_least_value_is_itself_accepted_and_no_number_is_not(value: float, passed: bool) -> None:
    check = Limit(CheckCode.REGISTRATION, "Chosen.", low=0.45).check(value, "It matches.", "Turn it.")
    assert check.passed is passed
    assert check.threshold == 0.45


@pytest.mark.parametrize(
    ("value", "passed", "threshold"), [(800, False, 900), (900, True, 900), (1700, True, 2100), (2101, False, 2100)]
)
def test_of_two_bounds_the_nearer_is_the_threshold(value: float, passed: bool, threshold: float) -> None:
    check = Limit(CheckCode.INTRACRANIAL_VOLUME, "Chosen.", low=900, high=2100, unit="ml").check(value, "It measures.", "Look.")
    assert (check.passed, check.threshold, check.unit) == (passed, threshold, "ml")


def test_advice_is_given_only_where_a_check_failed() -> None:
    limit = Limit(CheckCode.NOISE, "Measured.", high=4.5)
    assert limit.check(4.5, "It is noisy.", "Scan again.").sentence == "It is noisy."
    assert limit.check(4.6, "It is noisy.", "Scan again.").sentence == "It is noisy. Scan again."
