import numpy as np
import pytest

from adcore.explain.painting import LEAST, colour_ramp, is_drawn, painted, scale_ends

VALUES = np.array([-2.0, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0], np.float32)


@pytest.mark.parametrize("signed", [False, True])
def test_the_ends_of_the_scale_have_the_first_and_last_colours_and_so_has_what_lies_beyond(signed: bool) -> None:
    ramp, ends = colour_ramp(256, signed), np.array(scale_ends(1.0, signed), np.float32)
    np.testing.assert_array_equal(painted(ends, 1.0, signed), ramp[[0, -1]])
    np.testing.assert_array_equal(painted(VALUES[[0, -1]], 1.0, signed), ramp[[0, -1]])


def test_zero_is_the_darkest_of_a_signed_scale() -> None:
    brightness = painted(VALUES[1:-1], 1.0, signed=True).astype(int).sum(axis=1)
    assert brightness.argmin() == 2


def test_what_speaks_against_is_drawn_on_a_signed_scale_alone() -> None:
    assert is_drawn(VALUES, 1.0, signed=True).tolist() == [True, True, False, False, False, True, True]
    assert is_drawn(VALUES, 1.0, signed=False).tolist() == [False] * 5 + [True, True]
    assert is_drawn(np.array([LEAST], np.float32), 1.0, signed=False).all()
