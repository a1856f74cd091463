import math

import numpy as np
import pytest
from numpy.typing import NDArray

from adcore.prepare.checks.coverage import (
    BRAIN_AT_50,
    HIPPOCAMPI_AT_50,
    check_brain_coverage,
    check_field_of_view,
    check_outline,
    check_volume_pattern,
    check_volumes,
)
from adcore.prepare.segmentation.structures import CLASSES, Side, label_of


@pytest.fixture
def depth() -> NDArray[np.float32]:
    depth = np.full((8, 9, 10), -1.0, dtype=np.float32)
    depth[2:6, 2:6, 2:8] = 1
    return depth


def volumes(intracranial_ml: float = 1400.0, left_ml: float = 3.5, right_ml: float = 3.6) -> NDArray[np.float64]:
    volumes = np.zeros(CLASSES)
    volumes[0] = 1e6  # outside does not count
    volumes[label_of("hippocampus", Side.LEFT)], volumes[label_of("hippocampus", Side.RIGHT)] = 1000 * left_ml, 1000 * right_ml
    volumes[label_of("white matter", Side.LEFT)] = 1000 * (intracranial_ml - left_ml - right_ml)
    return volumes


def test_half_an_outline_fails(depth: NDArray[np.float32]) -> None:
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


@pytest.mark.parametrize(
    ("cut", "named"),
    [(np.s_[:, :, 7:], "vertex"), (np.s_[:, :, :3], "lower end"), (np.s_[:, :3], "back"), (np.s_[5:], "right side")],
)
def test_a_brain_that_is_cut_off_fails_and_the_end_is_named(
    depth: NDArray[np.float32], cut: tuple[slice, ...], named: str
) -> None:
    covered = np.ones(depth.shape, dtype=bool)
    assert check_brain_coverage(covered, depth).passed
    covered[cut] = False
    check = check_brain_coverage(covered, depth)
    assert not check.passed
    assert named in check.sentence


@pytest.mark.parametrize(("millilitres", "passed", "threshold"), [(310, False, 1000), (1400, True, 1000), (2500, False, 2150)])
def test_a_head_of_no_adults_size_fails_at_the_bound_it_crosses(millilitres: float, passed: bool, threshold: float) -> None:
    check, _ = check_volumes(volumes(millilitres))
    assert (check.passed, check.threshold) == (passed, threshold)
    assert check.value == pytest.approx(millilitres)


def test_a_hippocampus_that_was_not_found_fails_by_its_side() -> None:
    assert all(check.passed for check in check_volumes(volumes()))
    _, check = check_volumes(volumes(right_ml=0.4))
    assert not check.passed
    assert "right hippocampus" in check.sentence


def brain_with(hippocampi: float, whole_brain: float) -> NDArray[np.float64]:
    """Volumes of structures whose z-scores at 50 years are these."""
    share = {
        name: math.exp(log_share + z * spread)
        for name, (_, log_share, spread), z in (
            ("hippocampus", HIPPOCAMPI_AT_50, hippocampi),
            ("white matter", BRAIN_AT_50, whole_brain),
        )
    }
    volumes = np.zeros(CLASSES)
    for side in (Side.LEFT, Side.RIGHT):
        volumes[label_of("hippocampus", side)] = 7e5 * share["hippocampus"]
    volumes[label_of("white matter", Side.LEFT)] = 1.4e6 * (share["white matter"] - share["hippocampus"])
    volumes[label_of("CSF")] = 1.4e6 - volumes.sum()
    return volumes


@pytest.mark.parametrize(
    ("hippocampi", "whole_brain", "passed"),
    [(-4.6, 3.6, False), (-9.0, 4.0, False), (-6.0, 3.1, False), (-9.0, -4.0, True), (-1.0, 4.0, True), (2.0, 1.0, True)],
)
def test_tiny_hippocampi_in_a_large_brain_are_no_humans_and_atrophy_of_both_is(
    hippocampi: float, whole_brain: float, passed: bool
) -> None:
    check = check_volume_pattern(brain_with(hippocampi, whole_brain))
    assert check.passed is passed
    assert check.value == pytest.approx(min(-hippocampi, whole_brain), abs=0.02)


def test_volumes_without_any_brain_still_have_a_number() -> None:
    assert np.isfinite(check_volume_pattern(np.zeros(CLASSES)).value)
