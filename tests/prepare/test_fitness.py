import numpy as np
import pytest

from adcore.prepare.fitness import check_field_of_view, check_outline, check_position, check_registration
from adcore.prepare.registration import Registration
from tests.builders import rotation


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


def test_half_an_outline_fails() -> None:
    depth = np.full((8, 9, 10), -1.0, dtype=np.float32)
    depth[2:6, 2:6, 2:8] = 1
    brain = depth > 0
    assert check_outline(brain, depth).passed
    brain[:, :, 5:] = False
    assert not check_outline(brain, depth).passed


def test_only_pixels_in_the_outline_count_for_the_field_of_view() -> None:
    outline = np.zeros((2, 5, 6), dtype=bool)
    outline[:, 1:4, 1:5] = True
    inside = outline.copy()
    assert check_field_of_view(inside, outline).passed
    inside[0, 1, 1] = False
    check = check_field_of_view(inside, outline)
    assert not check.passed
    assert check.value == pytest.approx(100 * 23 / 24)
