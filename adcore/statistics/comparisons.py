"""Paired bootstrap comparisons of the fused answer with its best branch and with simple models, over all repeats."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.model.card_schema import Comparison
from adcore.statistics.cross_validation import CHANCE, chance_columns
from adcore.statistics.intervals import CARD_DECIMALS, Interval, as_metric, class_draws
from adcore.statistics.metrics import Chances, Labels, area_under_curve, auc, log_loss, metric_functions

COMPARISONS_ORIGIN = (
    "The first minus the second on the same 2000 bootstrap samples of participants within each class, averaged over all "
    "repeats of the cross-validation: AUC, and beside it log loss and Brier score, which are errors. The better branch is the "
    "one with the greater mean AUC on these same participants, which favours it slightly. On the scan alone the structures' "
    "branch is compared in any case."
)

SCAN_ALONE = "images"
RIVALS = {
    "images": ("age, sex", "age, sex, nWBV, eTIV"),
    "no_mmse": ("age, sex, education, SES", "age, sex, nWBV, eTIV"),
    "all": ("age, sex, education, SES, MMSE",),
}
"""The baselines that use about as much information as the fusion, by its inputs; without the fields that nobody has."""


def against_branches(tables: Sequence[pd.DataFrame], seed: int) -> list[Comparison]:
    """The fused branch against the better of its single branches for each inputs, and on the scan alone against structures.

    Args:
        tables: of each repeat, with the same participants in the same order.
    """
    labels = tables[0]["label"].to_numpy() == 1
    comparisons = []
    for inputs in _fused_inputs(tables[0]):
        single = {
            branch: _stacked(tables, column)
            for name, branch, column in chance_columns(tables[0])
            if name == inputs and branch in list(Branch)
        }
        if single:
            mean_auc = {name: np.mean([area_under_curve(labels, row) for row in chances]) for name, chances in single.items()}
            better = max(mean_auc, key=mean_auc.__getitem__)
            simple = {Branch.STRUCTURES.value} & single.keys() if inputs == SCAN_ALONE else set()
            comparisons += [compare(inputs, tables, one, single[one], labels, seed) for one in (better, *(simple - {better}))]
    return comparisons


def against_baselines(tables: Sequence[pd.DataFrame], baselines: Sequence[dict[str, Chances]], seed: int) -> list[Comparison]:
    """The fused branch against the logistic regressions that use about as much information.

    Args:
        tables: of each repeat, with the same participants in the same order.
        baselines: of baseline_chances for each repeat.
    """
    labels = tables[0]["label"].to_numpy() == 1
    known = {field for name in baselines[0] for field in name.split(", ")}
    return [
        compare(inputs, tables, rival, np.stack([one[rival] for one in baselines]), labels, seed)
        for inputs in _fused_inputs(tables[0])
        for rival in dict.fromkeys(", ".join(one for one in name.split(", ") if one in known) for name in RIVALS.get(inputs, ()))
    ]


def compare(inputs: str, tables: Sequence[pd.DataFrame], second: str, chances: Chances, labels: Labels, seed: int) -> Comparison:
    """The fused branch against any other model.

    Args:
        tables: of each repeat, with the same participants in the same order.
        second, chances: its name, and its probabilities (K, S) in each repeat.
        labels: (S,).
    """
    fused, draws = _stacked(tables, f"{CHANCE}{inputs}_fused"), class_draws(labels, seed)

    def over_repeats(metric: Callable[[Labels, Chances], Chances]) -> tuple[Interval, Chances]:
        def difference(rows: slice | NDArray[np.intp]) -> Chances:
            pairs = (
                metric(labels[rows], one[rows]) - metric(labels[rows], other[rows])
                for one, other in zip(fused, chances, strict=True)
            )
            return np.mean(list(pairs), axis=0)

        resampled = difference(draws)
        low, high = np.percentile(resampled, [2.5, 97.5])
        return Interval(float(difference(slice(None))), float(low), float(high)), resampled

    (area, resampled), (loss, _), (brier, _) = (
        over_repeats(metric) for metric in (auc, log_loss, metric_functions(0.5)["brier"])
    )
    return Comparison(
        inputs=inputs,
        first="fused",
        second=second,
        difference=as_metric(area),
        above=round(float((resampled > 0).mean()), CARD_DECIMALS),
        log_loss=as_metric(loss),
        brier=as_metric(brier),
        repeats=len(tables),
    )


def _stacked(tables: Sequence[pd.DataFrame], column: str) -> Chances:
    """A column of every repeat, (K, S)."""
    return np.stack([table[column].to_numpy(dtype=np.float64) for table in tables])


def _fused_inputs(folds: pd.DataFrame) -> list[str]:
    return [inputs for inputs, branch, _ in chance_columns(folds) if branch == "fused"]
