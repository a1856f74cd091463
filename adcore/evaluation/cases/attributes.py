"""What participants can have in common, in words: the attributes that a search for the worst subgroups looks at."""

import numpy as np
import pandas as pd

from adcore.evaluation.card.scan_worth import mmse_bands

SEXES = {"F": "women", "M": "men"}
THIRDS = ("nearest third", "middle third", "farthest third")
GROWING = ("least third", "middle third", "most third")


def attributes(table: pd.DataFrame) -> pd.DataFrame:
    """Age band, sex, site, MMSE band, distance from the training set and quality of a table of cases; only those that are known.

    Returns:
        one column an attribute under its name for readers; missing where unknown.
    """
    known = {
        "age": table["age_band"],
        "sex": table["sex"].map(SEXES),
        "site": table.get("site"),
        "MMSE": _bands(table.get("mmse")),
        "distance from the training set": _thirds(table.get("training_distance")),
        "smoothness": _thirds(table.get("smoothness_mm"), GROWING),
        "noise": _thirds(table.get("noise_percent"), GROWING),
    }
    return pd.DataFrame({name: values for name, values in known.items() if values is not None and values.nunique() > 1})


def _bands(scores: pd.Series | None) -> pd.Series | None:
    if scores is None:
        return None
    words = pd.Series(np.nan, index=scores.index, dtype=object)
    for name, members in mmse_bands(pd.to_numeric(scores, errors="coerce").to_numpy(dtype=np.float64)).items():
        words[members] = name.removeprefix("MMSE ")
    return words


def _thirds(values: pd.Series | None, names: tuple[str, ...] = THIRDS) -> pd.Series | None:
    if values is None:
        return None
    ranks = pd.to_numeric(values, errors="coerce").rank(pct=True)
    return pd.cut(ranks, [0, 1 / 3, 2 / 3, 1], labels=list(names)).astype(object)
