"""Paired bootstrap comparisons of the fused answer with its best branch and with simple models."""

import pandas as pd

from adcore.answer.prediction import Branch
from adcore.model.card_schema import Comparison
from adcore.statistics.cross_validation import CHANCE, chance_columns
from adcore.statistics.intervals import CARD_DECIMALS, as_metric, bootstrap, class_draws
from adcore.statistics.metrics import Chances, Labels, area_under_curve, auc

COMPARISONS_ORIGIN = (
    "AUC of the first minus AUC of the second on the same 2000 bootstrap samples of participants within each class. The better "
    "branch is the one with the greater AUC on these same participants, which favours it slightly."
)

RIVALS = {
    "images": ("age, sex", "age, sex, nWBV, eTIV"),
    "no_mmse": ("age, sex, education, SES", "age, sex, nWBV, eTIV"),
    "all": ("age, sex, education, SES, MMSE",),
}
"""The baselines that use about as much information as the fusion, by its inputs."""


def against_branches(folds: pd.DataFrame, seed: int) -> list[Comparison]:
    """The fused branch against the better of its single branches, for each inputs."""
    labels = folds["label"].to_numpy() == 1
    comparisons = []
    for inputs in _fused_inputs(folds):
        single = {
            branch: folds[column].to_numpy()
            for name, branch, column in chance_columns(folds)
            if name == inputs and branch in list(Branch)
        }
        if single:
            better = max(single, key=lambda branch: area_under_curve(labels, single[branch]))
            comparisons.append(_compare(inputs, folds, better, single[better], labels, seed))
    return comparisons


def against_baselines(folds: pd.DataFrame, baselines: dict[str, Chances], seed: int) -> list[Comparison]:
    """The fused branch against the logistic regressions that use about as much information.

    Args:
        baselines: of baseline_chances, in the order of folds.
    """
    labels = folds["label"].to_numpy() == 1
    return [
        _compare(inputs, folds, rival, baselines[rival], labels, seed)
        for inputs in _fused_inputs(folds)
        for rival in RIVALS.get(inputs, ())
    ]


def _compare(inputs: str, folds: pd.DataFrame, second: str, chances: Chances, labels: Labels, seed: int) -> Comparison:
    fused = folds[f"{CHANCE}{inputs}_fused"].to_numpy()
    draws = class_draws(labels, seed)

    def difference(truth: Labels, first: Chances, other: Chances) -> Chances:
        return auc(truth, first) - auc(truth, other)

    ahead = difference(labels[draws], fused[draws], chances[draws]) > 0
    return Comparison(
        inputs=inputs,
        first="fused",
        second=second,
        difference=as_metric(bootstrap(difference, draws, labels, fused, chances)),
        above=round(float(ahead.mean()), CARD_DECIMALS),
    )


def _fused_inputs(folds: pd.DataFrame) -> list[str]:
    return [inputs for inputs, branch, _ in chance_columns(folds) if branch == "fused"]
