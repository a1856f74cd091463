import pytest

from adcore.volumetry.sides import asymmetry_index


@pytest.mark.parametrize(("left", "right", "index"), [(3.0, 1.0, 0.5), (1.0, 3.0, -0.5), (2.0, 2.0, 0.0), (1.0, 0.0, 1.0)])
def test_the_index_is_positive_where_the_left_is_larger(left: float, right: float, index: float) -> None:
    assert asymmetry_index(left, right) == pytest.approx(index)


def test_where_there_is_nothing_on_either_side_there_is_no_index() -> None:
    assert asymmetry_index(0.0, 0.0) is None
