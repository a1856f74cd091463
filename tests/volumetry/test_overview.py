import pytest

from adcore.volumetry import SideVolumes, VolumeFinding, overview
from adcore.volumetry.norms import NormScore

SIDES = (
    SideVolumes("hippocampus", 3.0, 2.0, 0.2),
    SideVolumes("inferior horn", 1.0, 2.0, -0.33),
    SideVolumes("lateral ventricle", 20.0, 22.0, -0.05),
)


def finding(measure: str, ml: float, z: float) -> VolumeFinding:
    return VolumeFinding(measure, ml, 0.01, NormScore(z, z - 0.2, z + 0.2, 50, 40, 60), None)


def test_the_sides_of_the_ventricles_hold_their_horns_and_add_up_to_the_volume_with_norms() -> None:
    (ventricles,) = [row for row in overview([finding("lateral ventricles", 45.0, 0.0)], SIDES) if row.finding]
    assert (ventricles.right_ml, ventricles.left_ml) == (24.0, 21.0)
    assert ventricles.right_ml + ventricles.left_ml == ventricles.millilitres


def test_only_what_was_measured_has_a_row() -> None:
    assert [row.name for row in overview([finding("whole brain", 1100, 0.0)], SIDES[:1])] == ["hippocampi", "whole brain"]
    assert not overview([], [])


@pytest.mark.parametrize(("z", "word"), [(-1.7, "small"), (-1.6, "usual"), (1.6, "usual"), (1.7, "large")])
def test_a_volume_outside_the_middle_90_percent_is_small_or_large(z: float, word: str) -> None:
    (row,) = overview([finding("hippocampi", 6.0, z)], [])
    assert row.for_age == f"{word} for age"
