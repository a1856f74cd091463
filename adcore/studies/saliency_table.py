"""The tests of saliency methods as one table: a row per network and method."""

from itertools import combinations

import numpy as np
import pandas as pd

from adcore.studies.saliency_tests import CELL_COLUMNS, CENTRAL, RANDOM, STABILITY
from adcore.studies.weakened import WEAKENED

EXCHANGES = ("deletion", "insertion")


def saliency_table(tests: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Every test of every method, medians over participants.

    `beats` counts the participants in whom a map's cells move the log-odds further than every random choice of as many, and than
    the central ones. `between people` is the mean Spearman correlation of the maps of two participants.
    """
    rows = []
    for (branch, method), found in tests.groupby(["branch", "method"], sort=False):
        row: dict[str, object] = {"network": branch, "method": method}
        for exchange in EXCHANGES:
            row[exchange] = f"{(found['side'] * found[exchange]).median():+.2f}"
            row[f"{exchange} beats"] = "" if method in (RANDOM, CENTRAL) else _beats(tests, str(branch), found, exchange)
        for how in (*STABILITY, *WEAKENED):
            row[how] = _median(found[how])
        of_method = cells[(cells["branch"] == branch) & (cells["method"] == method)]
        row["between people"] = _between_people(of_method)
        rows.append(row)
    return pd.DataFrame(rows)


def _beats(tests: pd.DataFrame, branch: str, found: pd.DataFrame, exchange: str) -> str:
    others = tests[(tests["branch"] == branch) & tests["method"].isin((RANDOM, CENTRAL))]
    won = [
        (side * others.loc[others["person"] == person, exchange] < side * moved).all()
        for person, side, moved in zip(found["person"], found["side"], found[exchange], strict=True)
    ]
    return f"{sum(won)} of {len(won)}"


def _median(values: pd.Series) -> str:
    return "" if values.isna().all() else f"{values.median():.2f}"


def _between_people(cells: pd.DataFrame) -> str:
    maps = cells.drop(columns=CELL_COLUMNS)
    if len(maps) < 2:
        return ""
    ranks = maps.loc[:, (maps != 0).any()].rank(axis=1)  # cells outside every head say nothing
    likeness = np.corrcoef(ranks.to_numpy())
    return f"{np.mean([likeness[pair] for pair in combinations(range(len(ranks)), 2)]):.2f}"
