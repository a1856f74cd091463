"""Out-of-fold logits to calibrated probabilities, without a fold calibrating itself."""

import numpy as np
import pandas as pd

from adcore.model.calibration import Calibration, fit_calibration

LOGIT = "logit_"
CHANCE = "p_"


def calibrate_out_of_fold(folds: pd.DataFrame) -> pd.DataFrame:
    """Add `p_<inputs>_<branch>` for every `logit_<inputs>_<branch>`.

    Each fold's probabilities come from a calibration fitted on the other folds.
    """
    result = folds.copy()
    for column in _logit_columns(folds):
        chances = np.empty(len(folds))
        for fold in folds["fold"].unique():
            here = (folds["fold"] == fold).to_numpy()
            calibration = fit_calibration(folds.loc[~here, column].to_numpy(), folds.loc[~here, "label"].to_numpy() == 1)
            chances[here] = [calibration.estimate(logit).probability for logit in folds.loc[here, column]]
        result[column.replace(LOGIT, CHANCE, 1)] = chances
    return result


def calibrations(folds: pd.DataFrame) -> dict[str, Calibration]:
    """The shipped calibrations, fitted on all out-of-fold logits: of every "<inputs>_<branch>" that ranks participants rightly.

    One whose slope is not above 0 would turn the network's answers round; see silent_branches.
    """
    return {name: calibration for name, calibration in _fitted(folds).items() if calibration.slope > 0}


def silent_branches(folds: pd.DataFrame) -> dict[str, str]:
    """Why each other "<inputs>_<branch>" gives no probability, in a sentence."""
    return {
        name: f"Out of fold it did not rank participants the right way: the slope of its calibration on {calibration.count} "
        f"participants is {calibration.slope:.2f}, and only one above 0 gives probabilities."
        for name, calibration in _fitted(folds).items()
        if not calibration.slope > 0
    }


def repeat_tables(folds: pd.DataFrame, repeats: pd.DataFrame | None) -> list[pd.DataFrame]:
    """One table for each repeat of the cross-validation, each in the order of the folds' subjects; without any, the folds."""
    if repeats is None:
        return [folds]
    order = folds["subject"]
    return [table.set_index("subject").loc[order].reset_index() for _, table in repeats.groupby("repeat")]


def chance_columns(folds: pd.DataFrame) -> list[tuple[str, str, str]]:
    """(inputs, branch, column) of every `p_<inputs>_<branch>`, in the table's order."""
    names = [str(name) for name in folds.columns if str(name).startswith(CHANCE)]
    split = [(name, name.removeprefix(CHANCE).rsplit("_", 1)) for name in names]
    return [(inputs, branch, name) for name, (inputs, branch) in split]


def fused_columns(folds: pd.DataFrame) -> dict[str, str]:
    """Logit column of the fused branch, by inputs."""
    ending = "_fused"
    names = [name for name in _logit_columns(folds) if name.endswith(ending)]
    return {name.removeprefix(LOGIT).removesuffix(ending): name for name in names}


def _logit_columns(folds: pd.DataFrame) -> list[str]:
    return [str(name) for name in folds.columns if str(name).startswith(LOGIT)]


def _fitted(folds: pd.DataFrame) -> dict[str, Calibration]:
    labels = folds["label"].to_numpy() == 1
    return {name.removeprefix(LOGIT): fit_calibration(folds[name].to_numpy(), labels) for name in _logit_columns(folds)}
