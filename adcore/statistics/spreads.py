"""How much a result moves when the whole cross-validation is drawn and trained again."""

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
        repeats: as folds.csv, with a column `repeat`; each person is once in each repeat.
    """
    result: dict[str, dict[str, dict[str, Spread]]] = {}
    parts = [part for _, part in repeats.groupby("repeat")]
    for inputs, branch, column in chance_columns(repeats):
        result.setdefault(inputs, {})[branch] = {
            name: _spread([float(metric(part["label"].to_numpy() == 1, part[column].to_numpy())) for part in parts])
            for name, metric in metric_functions(threshold).items()
        }
    return result


def _spread(values: list[float]) -> Spread:
    found = np.array(values)
    sd = float(found.std(ddof=1)) if len(found) > 1 else 0.0
    figures = {"mean": found.mean(), "sd": sd, "least": found.min(), "greatest": found.max()}
    return Spread(repeats=len(found), **{name: round(float(value), CARD_DECIMALS) for name, value in figures.items()})
