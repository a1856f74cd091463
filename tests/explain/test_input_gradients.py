import numpy as np
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain.deletion import in_cells, log_odds_of_slices
from adcore.explain.input_gradients import input_gradients
from tests.support.untrained import TINY_SLICES, untrained_network

SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)


@pytest.mark.parametrize("branch", IMAGE_BRANCHES)
def test_close_to_the_average_a_map_adds_up_to_the_difference_from_it(branch: Branch) -> None:
    network, random = untrained_network(), np.random.default_rng(0)
    average = random.uniform(0.1, 1.2, SHAPE).astype(np.float32)
    slices = average + random.normal(0, 2e-3, SHAPE).astype(np.float32)
    found = input_gradients(network, branch, slices, average, TINY_SLICES.y_mm)
    with torch.inference_mode():
        own, usual = (
            float(log_odds_of_slices(network, branch, torch.from_numpy(one), TINY_SLICES.y_mm)) for one in (slices, average)
        )
    assert abs(own - usual) > 1e-6
    assert found.sum() == pytest.approx(own - usual, rel=0.2)


def test_the_average_itself_has_an_empty_map_and_cells_keep_the_sum() -> None:
    network, random = untrained_network(), np.random.default_rng(0)
    average, other = (random.uniform(0.1, 1.2, SHAPE).astype(np.float32) for _ in range(2))
    assert not input_gradients(network, Branch.VGG16, average, average, TINY_SLICES.y_mm).any()
    found = input_gradients(network, Branch.VGG16, other, average, TINY_SLICES.y_mm)
    cells = in_cells(found, TINY_SLICES.size // 16)
    assert cells.shape == (SHAPE[0], TINY_SLICES.size // 16, TINY_SLICES.size // 16)
    assert cells.sum() == pytest.approx(found.sum(), rel=1e-3)
