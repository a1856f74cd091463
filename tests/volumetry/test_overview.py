from statistics import NormalDist

import pytest

from adcore.volumetry import SideVolumes, VolumeFinding, overview
from adcore.volumetry.norms import NormScore

SIDES = (
    SideVolumes("hippocampus", 3.0, 2.0, 0.2),
    SideVolumes("inferior horn", 1.0, 2.0, -0.33),
    SideVolumes("lateral ventricle", 20.0, 22.0, -0.05),
)


def finding(measure: str, ml: float, z: float) -> VolumeFinding:
    return VolumeFinding(measure, ml, 0.01, NormScore(z, z - 0.2, z + 0.2, 100 * NormalDist().cdf(z), 40, 60), None)


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


@pytest.mark.parametrize(("z", "said"), [(1.0, "50, 84 usual for age"), (2.0, "50 usual, 98 large for age")])
def test_temporal_horns_have_a_percentile_a_side(z: float, said: str) -> None:
    structures = [finding("right inferior horn", 1.0, 0.0), finding("left inferior horn", 2.0, z)]
    (horns,) = [row for row in overview([], SIDES, structures) if row.name == "temporal horns"]
    assert horns.sides_for_age() == said
    assert horns.sides_for_age(("left", "right"))[:2] == said.split(", ")[1][:2]
    assert horns.for_age == ""


def test_temporal_horns_are_compared_on_both_sides_or_on_none() -> None:
    (horns,) = [row for row in overview([], SIDES, [finding("right inferior horn", 1.0, 0.0)]) if row.name == "temporal horns"]
    assert horns.sides_for_age() == ""
