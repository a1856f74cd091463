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


@pytest.mark.parametrize(
    ("value", "written"), [(0.449, "0.449"), (0.4499, "0.4499"), (0.45, "0.45"), (0.44, "0.44"), (0.4512, "0.451"), (0.6, "0.60")]
)
def test_a_value_never_looks_like_the_limit_that_it_misses(value: float, written: str) -> None:
    assert Limit(CheckCode.REGISTRATION, "Chosen.", low=0.45).beside(value, 2) == written


def test_a_limit_finer_than_the_value_is_not_rounded_across() -> None:
    limit = Limit(CheckCode.TRAINING_DISTANCE, "Measured.", high=5.26)
    assert limit.beside(5.2551, 1) == "5.255"
    assert limit.beside(5.325, 1) == "5.3"


def test_a_limit_that_does_not_hold_passes_any_value() -> None:
    check = Limit(CheckCode.NOISE, "Measured.", high=4.5).not_applied(9.0, "It was not looked for.")
    assert check.passed
    assert check.sentence == "It was not looked for."
