from collections.abc import Callable

import numpy as np
import pytest

from adcore.explain.shapley import Coalition, coalitions, shapley_values


def shares(players: int, worth: Callable[[Coalition], float]) -> np.ndarray:
    return shapley_values(np.array([worth(members) for members in coalitions(players)]))


def test_the_shares_add_up_to_what_everyone_has_over_nobody() -> None:
    worth = np.random.default_rng(0).normal(size=2**6)
    assert shapley_values(worth).sum() == pytest.approx(worth[-1] - worth[0])


def test_a_player_who_never_changes_anything_gets_nothing() -> None:
    found = shares(4, lambda members: 3.0 * members[0] * members[2] + members[3])
    assert found[1] == pytest.approx(0)


def test_players_who_are_interchangeable_get_the_same() -> None:
    found = shares(4, lambda members: float(sum(members[:3]) >= 2) + 0.3 * members[3])
    assert found[0] == pytest.approx(found[1])
    assert found[1] == pytest.approx(found[2])


def test_the_glove_game_has_its_known_shares() -> None:
    found = shares(3, lambda members: float(members[0] and (members[1] or members[2])))
    np.testing.assert_allclose(found, [2 / 3, 1 / 6, 1 / 6])


def test_shares_of_a_sum_of_games_are_the_sums_of_shares() -> None:
    one, other = np.random.default_rng(1).normal(size=(2, 2**4))
    np.testing.assert_allclose(shapley_values(one + other), shapley_values(one) + shapley_values(other))


def test_without_players_there_is_nothing_to_share() -> None:
    assert len(shapley_values(np.array([0.5]))) == 0
