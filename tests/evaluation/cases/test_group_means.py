"""Two groups by their mean slices and maps."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.evaluation.cases.group_means import SMOOTHING, GroupMean, chance_scatter, difference, draw_groups
from adcore.explain.explanation import SaliencyMethod
from adcore.explain.slices_only import SliceExplanation
from tests.evaluation.cases.test_case_picture import coloured, explanation, pixels

LEFT = np.s_[:, 10:30, 4:14]
"""A place at the patient's left of every slice."""


def people(count: int, extra: float, value: float, seed: int) -> list[SliceExplanation]:
    """Grey slices with noise, brighter by `extra` at the left, and maps of `value` there."""
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        one = explanation(value, SaliencyMethod.RELATIVE)
        slices = one.slices + generator.normal(0, 0.1, one.slices.shape).astype(np.float32)
        slices[LEFT] += extra
        made.append(replace(one, slices=slices))
    return made


def test_a_mean_is_that_of_its_participants_and_their_spread_too() -> None:
    group = people(7, 0.0, 0.4, seed=1)
    found = GroupMean.of(iter(group))
    stacks = np.stack([one.slices for one in group])
    assert found.participants == 7
    np.testing.assert_allclose(found.mean.slices, stacks.mean(0), atol=1e-5)
    smooth = gaussian_filter(stacks, SMOOTHING, axes=(2, 3))
    np.testing.assert_allclose(found.smoothed, smooth.mean(0), atol=1e-5)
    np.testing.assert_allclose(found.spread, smooth.std(0), atol=1e-4)
    assert found.mean.maps[Branch.VGG16].max() == pytest.approx(0.4)


def test_nobody_has_no_mean() -> None:
    with pytest.raises(ValueError, match="needs a participant"):
        GroupMean.of([])


def test_what_differs_stands_out_and_the_rest_scatters_as_chance_would() -> None:
    one, other = GroupMean.of(people(20, 0.2, 0.8, seed=2)), GroupMean.of(people(30, 0.0, 0.1, seed=3))
    found = difference(one, other)
    assert found[:, 16:24, 7:11].mean() > 5  # 0.2 of a spread of 0.1 before, and of less after smoothing
    elsewhere = found[:, :, 24:]
    assert abs(elsewhere.mean()) < 0.15
    assert elsewhere.std() == pytest.approx(chance_scatter(one, other), rel=0.3)


def test_where_nobody_varies_nothing_differs() -> None:
    same = GroupMean.of([explanation(0.1)] * 3)
    assert (difference(same, same) == 0).all()


@pytest.mark.parametrize("branch", [None, *IMAGE_BRANCHES])
def test_the_difference_at_the_patients_left_is_drawn_on_the_right_of_the_last_row(branch: Branch | None) -> None:
    one, other = GroupMean.of(people(20, 0.2, 0.8, seed=2)), GroupMean.of(people(30, 0.0, 0.0, seed=3))
    picture = pixels(draw_groups(one, other, ("missed", "found"), branch))
    height, width = picture.shape[:2]
    first = picture[int(0.68 * height) : int(0.93 * height), int(0.12 * width) : int(0.27 * width)]
    columns = np.argwhere(coloured(first))[:, 1]
    assert len(columns) > 50
    assert columns.mean() > 0.6 * first.shape[1]
    alike = pixels(draw_groups(other, other, ("missed", "found"), branch))
    assert not coloured(alike[int(0.68 * height) : int(0.93 * height), int(0.12 * width) : int(0.9 * width)]).any()
