import numpy as np
import pytest

from adcore.prepare.checks.position import check_position, check_registration
from adcore.prepare.registration import Registration
from tests.support.builders import rotation


@pytest.mark.parametrize(("correlation", "passed"), [(0.6, True), (0.44, False)])
def test_a_poor_match_with_the_atlas_fails_and_says_what_to_do(correlation: float, passed: bool) -> None:
    check = check_registration(Registration(np.eye(4), correlation, 1.0))
    assert check.passed is passed
    assert ("Check that" in check.sentence) is not passed


@pytest.mark.parametrize(("pose", "passed"), [(rotation(25, 0, 0), True), (rotation(0, 0, 90), False)])
def test_a_head_that_lies_otherwise_than_its_header_says_fails(pose: np.ndarray, passed: bool) -> None:
    check = check_position(Registration(pose @ np.diag([0.9, 1.0, 0.85, 1.0]), 0.6, 1.0))
    assert check.passed is passed
    assert check.value == pytest.approx(25 if passed else 90, abs=1)
