"""Exact Shapley values of a game with few players, from the worth of each of its coalitions."""

from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

Coalition = tuple[bool, ...]
"""Who of the players takes part."""


def coalitions(players: int) -> list[Coalition]:
    """All 2^players of them, in the order that shapley_values expects; the empty one first, everyone last."""
    return list(product((False, True), repeat=players))


def shapley_values(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each player's mean gain to a coalition, over all orders of joining (Shapley 1953).

    Args:
        worth: (2^n,), one entry a coalition, in the order of `coalitions`.
    Returns:
        (n,); they sum to the worth of everyone minus that of nobody.
    """
    players = len(worth).bit_length() - 1
    cube = worth.reshape((2,) * players)
    sizes = np.array([sum(members) for members in product((0, 1), repeat=max(players - 1, 0))], dtype=int)
    orders = [factorial(size) * factorial(players - 1 - size) / factorial(players) for size in range(players)]
    return np.array([(np.diff(cube, axis=player).ravel() * np.take(orders, sizes)).sum() for player in range(players)])
