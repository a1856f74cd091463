"""Exact Shapley values of a game with few players, from the value of each coalition."""

from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

Coalition = tuple[bool, ...]
"""For each player, whether it is a member."""


def coalitions(players: int) -> list[Coalition]:
    """All 2^players coalitions in the order that shapley_values expects: the empty one first, the full one last."""
    return list(product((False, True), repeat=players))


def shapley_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each player's mean gain to a coalition, over all orders of joining (Shapley 1953).

    Args:
        values: (2^n,), one entry a coalition, in the order of `coalitions`.
    Returns:
        (n,); they sum to the value of the full coalition minus that of the empty one.
    """
    players = len(values).bit_length() - 1
    cube = values.reshape((2,) * players)
    sizes = np.array([sum(members) for members in product((0, 1), repeat=max(players - 1, 0))], dtype=int)
    orders = [factorial(size) * factorial(players - 1 - size) / factorial(players) for size in range(players)]
    return np.array([(np.diff(cube, axis=player).ravel() * np.take(orders, sizes)).sum() for player in range(players)])
