"""The spread of a result over repeats of the whole cross-validation."""

import numpy as np
import pandas as pd

from adcore.model.card_schema import Spread
from adcore.statistics.cross_validation import chance_columns
from adcore.statistics.intervals import CARD_DECIMALS
from adcore.statistics.metrics import metric_functions

SPREADS_ORIGIN = "Every metric over the whole labelled cohort, computed separately in each repeat of the cross-validation."


def spreads(repeats: pd.DataFrame, threshold: float) -> dict[str, dict[str, dict[str, Spread]]]:
    """Inputs, branch, metric: over the repeats.

    Args:
        repeats: as folds.csv, with a column `repeat`; each participant appears once in each repeat.
    """
    result: dict[str, dict[str, dict[str, Spread]]] = {}
    tables = [table for _, table in repeats.groupby("repeat")]
    for inputs, branch, column in chance_columns(repeats):
        result.setdefault(inputs, {})[branch] = {
            name: _spread([float(metric(table["label"].to_numpy() == 1, table[column].to_numpy())) for table in tables])
            for name, metric in metric_functions(threshold).items()
        }
    return result


def _spread(values: list[float]) -> Spread:
    scores = np.array(values)
    sd = float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
    figures = {"mean": scores.mean(), "sd": sd, "least": scores.min(), "greatest": scores.max()}
    return Spread(repeats=len(scores), **{name: round(float(value), CARD_DECIMALS) for name, value in figures.items()})
