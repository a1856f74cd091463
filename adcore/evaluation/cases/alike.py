"""The participants whom the branches read most alike one participant, with their labels."""

import numpy as np
import pandas as pd

from adcore.evaluation.cases.cases import FUSED, Cases
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.metrics import CLOSEST

SHOWN = 5


def most_alike(cases: Cases, inputs: str, subject: str, count: int = SHOWN) -> pd.DataFrame:
    """The nearest in the space of the branches' log-odds, each branch in units of its own spread; nearest first.

    A folder holds no participant's feature vectors, so this is the nearest that is stored: what each branch made of them.

    Returns:
        rows of the cases' table with `distance`; empty where a branch gave this participant no probability.
    """
    columns = [f"{CHANCE}{inputs}_{branch}" for branch in cases.branches(inputs) if branch != FUSED]
    chances = np.clip(cases.table[columns].to_numpy(dtype=np.float64), CLOSEST, 1 - CLOSEST)
    evidence = np.log(chances / (1 - chances))
    here = int(np.flatnonzero(cases.table["subject"] == subject)[0])
    if not columns or np.isnan(evidence[here]).any():
        return cases.table.iloc[:0].assign(distance=np.nan)
    spread = np.nanstd(evidence, axis=0)
    distance = np.sqrt((((evidence - evidence[here]) / np.where(spread > 0, spread, 1)) ** 2).mean(axis=1))
    distance[here] = np.nan
    order = [row for row in np.argsort(distance, kind="stable") if not np.isnan(distance[row])][:count]
    return cases.table.iloc[order].assign(distance=distance[order])
