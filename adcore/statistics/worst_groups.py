"""The groups of participants in which a classifier errs most, found by search, with the chance of finding such by searching.

Every value of every attribute and every pair of values of two attributes is a group. A group's errors are compared with what
participants of the same label have elsewhere, so a group is not found for holding more impaired people. The search looks at many
groups: each p is the share of shuffled data sets whose very worst group stands out as much (the single-step maximum of Westfall
and Young 1993).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.statistics.intervals import Interval, share

LEAST_MEMBERS = 10
"""Fewest participants of a group; chosen."""

SHUFFLES = 1000
AT_ONCE = 100
"""Data sets shuffled at a time, for memory's sake."""


@dataclass(frozen=True)
class FoundGroup:
    """A group in which more are misclassified than elsewhere.

    Attributes:
        values: what its participants have in common, by attribute.
        participants: rows of them.
        wrong: the share misclassified, with Wilson's 95% interval.
        expected: the share that people of the same labels have over everyone.
        p: adjusted for the search over all groups.
    """

    values: dict[str, str]
    participants: tuple[int, ...]
    wrong: Interval
    expected: float
    p: float


@dataclass(frozen=True)
class Search:
    """The groups found, the one that stands out most first, and how many were looked at."""

    groups: tuple[FoundGroup, ...]
    looked_at: int


def worst_groups(
    attributes: pd.DataFrame, wrong: NDArray[np.bool_], labels: NDArray[np.bool_], shown: int = 5, seed: int = 0
) -> Search:
    """Search for groups with more errors than elsewhere.

    Args:
        attributes: (S, A) of words; missing belongs to no group.
        wrong, labels: (S,), whether each was misclassified, and whether impaired.
        shown: most groups returned. A pair is left out where one of its two values alone stands out as much.
    """
    members = _members(attributes)
    names = list(members)
    if not names or not wrong.any() or wrong.all():
        return Search((), len(names))
    matrix = np.stack([members[name] for name in names], axis=1).astype(np.float32)
    strata = [np.flatnonzero(labels == value) for value in (False, True)]
    expected, variance = _moments(matrix, wrong, strata)
    spread = np.sqrt(np.where(variance > 0, variance, np.inf))
    standing = (wrong.astype(np.float32) @ matrix - expected) / spread
    largest = _largest_by_chance(matrix, wrong, strata, expected, spread, seed)
    found = [name for name in sorted(names, key=lambda name: -standing[names.index(name)]) if standing[names.index(name)] > 0]
    plain = [name for name in found if not _explained(name, names, standing)]
    return Search(tuple(_group(name, names, matrix, wrong, expected, standing, largest) for name in plain[:shown]), len(names))


Name = tuple[tuple[str, str], ...]
"""Attributes with their values."""


def _members(attributes: pd.DataFrame) -> dict[Name, NDArray[np.bool_]]:
    single: dict[Name, NDArray[np.bool_]] = {
        ((name, str(value)),): (column == value).to_numpy()
        for name, column in attributes.items()
        for value in sorted(column.dropna().unique())
    }
    pairs = {
        (*first, *second): single[first] & single[second]
        for first, second in combinations(single, 2)
        if first[0][0] != second[0][0]
    }
    return {
        name: rows for name, rows in (single | pairs).items() if LEAST_MEMBERS <= rows.sum() <= len(attributes) - LEAST_MEMBERS
    }


def _moments(
    matrix: NDArray[np.float32], wrong: NDArray[np.bool_], strata: list[NDArray[np.intp]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of each group's errors when errors are dealt out at random within each label (hypergeometric)."""
    mean, variance = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
    for rows in strata:
        if len(rows) < 2:
            continue
        sizes, rate = matrix[rows].sum(axis=0, dtype=np.float64), wrong[rows].mean()
        mean += sizes * rate
        variance += sizes * rate * (1 - rate) * (len(rows) - sizes) / (len(rows) - 1)
    return mean, variance


def _largest_by_chance(
    matrix: NDArray[np.float32],
    wrong: NDArray[np.bool_],
    strata: list[NDArray[np.intp]],
    expected: NDArray[np.float64],
    spread: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float64]:
    """How far the worst group stands out in each shuffled data set, (SHUFFLES,)."""
    generator = np.random.default_rng(seed)
    largest = []
    for _ in range(SHUFFLES // AT_ONCE):
        dealt = np.zeros((AT_ONCE, len(wrong)), dtype=np.float32)
        for rows in strata:
            dealt[:, rows] = generator.permuted(np.tile(wrong[rows], (AT_ONCE, 1)), axis=1)
        largest.append(((dealt @ matrix - expected) / spread).max(axis=1))
    return np.concatenate(largest)


def _explained(name: Name, names: list[Name], standing: NDArray[np.float64]) -> bool:
    """Whether one value of a pair alone stands out as much."""
    alone = [names.index((one,)) for one in name if len(name) > 1 and (one,) in names]
    return any(standing[place] >= standing[names.index(name)] for place in alone)


def _group(
    name: Name,
    names: list[Name],
    matrix: NDArray[np.float32],
    wrong: NDArray[np.bool_],
    expected: NDArray[np.float64],
    standing: NDArray[np.float64],
    largest: NDArray[np.float64],
) -> FoundGroup:
    place = names.index(name)
    rows = np.flatnonzero(matrix[:, place])
    return FoundGroup(
        values=dict(name),
        participants=tuple(int(row) for row in rows),
        wrong=share(int(wrong[rows].sum()), len(rows)),
        expected=float(expected[place]) / len(rows),
        p=float((1 + (largest >= standing[place] - 1e-6).sum()) / (1 + SHUFFLES)),
    )
