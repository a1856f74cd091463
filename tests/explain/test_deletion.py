import numpy as np
import pytest
import torch

from adcore.answer.prediction import Branch
from adcore.explain.deletion import (
    SHARE,
    blocks,
    cells_within,
    central_cells,
    check_deletion,
    exchanged,
    log_odds_of_slices,
    random_cells,
    strongest_cells,
)
from tests.support.untrained import TINY_SLICES, untrained_network

SLICES, SIZE = 3, 7
MAP = 4
TINY_SHAPE = (len(TINY_SLICES.t88_slices), TINY_SLICES.size, TINY_SLICES.size)


@pytest.fixture
def slices() -> np.ndarray:
    """Three slices of 28 x 14 pixels, their first column of cells empty."""
    pixels = np.random.default_rng(0).uniform(0.5, 1, (SLICES, 4 * SIZE, 2 * SIZE)).astype(np.float32)
    pixels[:, :, :2] = 0
    return pixels


def test_cells_within_the_head_hold_some_of_it(slices: np.ndarray) -> None:
    within = cells_within(slices, SIZE)
    assert within.shape == (SLICES, SIZE, SIZE)
    assert not within[:, :, 0].any()
    assert within[:, :, 1:].all()


def test_blocks_keep_every_pixel_in_its_cell(slices: np.ndarray) -> None:
    np.testing.assert_array_equal(blocks(slices, SIZE)[1, 2, :, 3], slices[1, 8:12, 6:8])


@pytest.mark.parametrize("choice", ["strongest", "central", "random"])
def test_a_tenth_of_the_cells_within_the_head_is_chosen(choice: str, slices: np.ndarray) -> None:
    within = cells_within(slices, SIZE)
    random = np.random.default_rng(1)
    chosen = {
        "strongest": strongest_cells(random.normal(size=within.shape).astype(np.float32), within),
        "central": central_cells(within),
        "random": random_cells(within, random),
    }[choice]
    assert chosen.sum() == round(SHARE * within.sum())
    assert not (chosen & ~within).any()


def test_the_strongest_cells_have_the_largest_values_and_not_the_largest_sizes(slices: np.ndarray) -> None:
    within = cells_within(slices, SIZE)
    values = np.random.default_rng(2).normal(size=within.shape).astype(np.float32)
    values[:, :, 0] = 99  # outside the head
    chosen = strongest_cells(values, within)
    assert values[chosen].min() >= values[within & ~chosen].max()


def test_the_central_cells_are_those_nearest_to_the_middle_of_the_head(slices: np.ndarray) -> None:
    within = cells_within(slices, SIZE)
    chosen = central_cells(within)
    rows, columns = np.indices((SIZE, SIZE))
    distance = np.broadcast_to(np.hypot(rows - 3, columns - 3.5), within.shape)  # columns 1 to 6 hold the head
    assert distance[chosen].max() <= distance[within & ~chosen].min()


def test_chosen_cells_come_from_the_other_slices_and_all_others_stay(slices: np.ndarray) -> None:
    others = np.full_like(slices, 2)
    cells = np.zeros((SLICES, SIZE, SIZE), bool)
    cells[1, 2, 3] = True
    found = exchanged(slices, others, cells)
    assert (found[1, 8:12, 6:8] == 2).all()
    assert (found != slices).sum() == 8


@pytest.mark.slow
def test_a_map_that_names_what_matters_passes_and_its_opposite_fails() -> None:
    """The map is made of each cell's own effect, tried one by one."""
    network, random = untrained_network(), np.random.default_rng(0)
    patient, average = (random.uniform(0.1, 1.2, TINY_SHAPE).astype(np.float32) for _ in range(2))

    def log_odds(slices: np.ndarray) -> float:
        with torch.inference_mode():
            return float(log_odds_of_slices(network, Branch.RESNET50, torch.from_numpy(slices), TINY_SLICES.y_mm))

    effects = np.zeros((len(patient), MAP, MAP), np.float32)
    for place in np.ndindex(effects.shape):
        one = np.zeros(effects.shape, bool)
        one[place] = True
        effects[place] = log_odds(patient) - log_odds(exchanged(patient, average, one))
    arguments = (patient, average, TINY_SLICES.y_mm)
    right = check_deletion(network, Branch.RESNET50, effects, *arguments)
    wrong = check_deletion(network, Branch.RESNET50, -effects, *arguments)
    assert right.holds
    assert right.value > 0
    assert not wrong.holds
    assert f"move by {right.value:.2f} towards" in right.sentence
