"""Two fusions on the same folds: a sum of one evidence a branch, and the shipped concatenation of the branches' whole vectors."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.errors import ModelError
from adcore.model.calibration import fit_calibration
from adcore.model.calibration import log_odds as log_odds_of
from adcore.model.stored_predictions import StoredPredictions
from adcore.predict import model_folder
from adcore.statistics.cross_validation import LOGIT, calibrate_out_of_fold
from adcore.statistics.names import WITH_SCAN
from adcore.training.evidence import choose_sum

SUM, CONCATENATED = "sum", "fused"


def stored_repeats(model: str | None) -> pd.DataFrame:
    """The model's out-of-fold predictions of every repeat.

    Raises:
        ModelError: the model folder holds none, or none of the structures' branch.
    """
    repeats = StoredPredictions.read(model_folder(model)).repeats
    if repeats is None or f"{LOGIT}images_{Branch.STRUCTURES}" not in repeats:
        raise ModelError(
            "Expected a repeats.csv with the structures' branch in the model's folder, to compare fusions on. Train the model "
            "with this version, or run: adcore study structures-branch"
        )
    return repeats


def with_sums(repeats: pd.DataFrame, inner: int, seed: int) -> pd.DataFrame:
    """Every repeat with the sum, calibrated on the other folds as everything else.

    Args:
        repeats: subject, fold, label, repeat, `logit_<inputs>_<branch>`.
        inner: folds of the training participants that choose the sum's penalty.
        seed: of inner folds; each repeat adds its number.
    """
    tables = []
    for number, (_, table) in enumerate(repeats.groupby("repeat")):
        labels, folds = table["label"].to_numpy() == 1, table["fold"].to_numpy()
        added: dict[str, NDArray[np.float64]] = {}
        for inputs in WITH_SCAN:
            branches = [branch for branch in Branch if f"{LOGIT}{inputs}_{branch}" in table]
            log_odds = [table[f"{LOGIT}{inputs}_{branch}"].to_numpy() for branch in branches]
            added[f"{LOGIT}{inputs}_{SUM}"] = sum_out_of_fold(log_odds, labels, folds, inner, seed + number)
        tables.append(calibrate_out_of_fold(table.assign(**added)))
    return pd.concat(tables, ignore_index=True)


def sum_out_of_fold(
    log_odds: list[NDArray[np.float64]], labels: NDArray[np.bool_], folds: NDArray[np.int_], inner: int, seed: int
) -> NDArray[np.float64]:
    """Log-odds (S,) of the sum of branches' evidence, for each fold with calibrations and weights from the others.

    Args:
        log_odds: (S,) of each branch, out of fold.
        inner: folds of the others that choose the penalty.
    """
    found = np.empty(len(labels))
    for fold in np.unique(folds):
        here = folds == fold
        evidence = np.stack([_evidence(one, labels, ~here) for one in log_odds], axis=1)
        found[here] = choose_sum(evidence[~here], labels[~here], inner, seed).log_odds(evidence[here])
    return found


def _evidence(log_odds: NDArray[np.float64], labels: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Calibrated on the known participants, less their own log-odds: 0 speaks for neither side."""
    calibration = fit_calibration(log_odds[known], labels[known])
    start = log_odds_of(float(labels[known].mean()))
    return np.array([calibration.estimate(one).log_odds for one in log_odds]) - start
