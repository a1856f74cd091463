"""Two fusions on the same folds: a sum of one evidence a branch, and the shipped concatenation of the branches' whole vectors."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.growing_table import GrowingTable
from adcore.errors import ModelError
from adcore.model.calibration import fit_calibration
from adcore.model.calibration import log_odds as log_odds_of
from adcore.model.stored_predictions import StoredPredictions
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.predict import load_predictor, model_folder
from adcore.statistics.cross_validation import LOGIT, calibrate_out_of_fold
from adcore.statistics.names import WITH_SCAN
from adcore.training.evidence import choose_sum
from adcore.training.heads import HeadConfig, fit_head

SUM, CONCATENATED, STRUCTURES = "sum", "fused", "structures"
READ = ("hippocampus", "inferior horn", "parahippocampal gyrus")
"""Structures whose shares of the slices the structures' branch reads."""


def measure_shares(cohort: Cohort, model: str | None, path: Path) -> pd.DataFrame:
    """The shares of READ on the labelled participants' slices, standardised as the fusion reads them, indexed by subject.

    Args:
        model: by name or folder; None is the shipped one. Its segmentation of slices never saw a label of impairment.
        path: keeps what is done; run again to continue.
    """
    predictor, labelled = load_predictor(model), cohort.labelled()
    network = predictor.network
    digest = predictor.card.weights["slice_segmentation.safetensors"][:12]
    table = GrowingTable(path.with_stem(f"{path.stem}-{digest}-{cohort.digest}"), ["subject", *READ], "%.6f", text=["subject"])
    columns = [SLICE_STRUCTURES.index(name) for name in READ]
    places = torch.tensor(labelled.y_mm)
    for row in tqdm(range(len(table.rows), len(labelled)), desc="shares of structures", disable=None):
        with torch.inference_mode():
            shares = network.slice_segmentation.paint(torch.from_numpy(labelled.slices[row]).unsqueeze(1), places)[1]
            found = network.structure_shares(shares.unsqueeze(0), places)[0, columns]
        table.add([[labelled.table["person"].iloc[row], *found.tolist()]])
    return table.rows.set_index("subject")


def stored_repeats(model: str | None) -> pd.DataFrame:
    """The model's out-of-fold predictions of every repeat.

    Raises:
        ModelError: the model folder holds none.
    """
    repeats = StoredPredictions.read(model_folder(model)).repeats
    if repeats is None:
        raise ModelError("This model's folder holds no repeats.csv to compare fusions on. Use a model with stored repeats.")
    return repeats


def with_sums(repeats: pd.DataFrame, shares: pd.DataFrame, config: HeadConfig, seed: int) -> pd.DataFrame:
    """Every repeat with the structures' branch and the sum, calibrated on the other folds as everything else.

    Args:
        repeats: subject, fold, label, repeat, `logit_<inputs>_<branch>`.
        shares: (S, 3), indexed by subject.
        seed: of inner folds; each repeat adds its number.
    """
    tables = []
    for number, (_, table) in enumerate(repeats.groupby("repeat")):
        labels, folds = table["label"].to_numpy() == 1, table["fold"].to_numpy()
        read = shares.loc[table["subject"]].to_numpy(dtype=np.float32)
        structures = structures_out_of_fold(read, labels, folds, config, seed + number)
        added: dict[str, NDArray[np.float64]] = {}
        for inputs in WITH_SCAN:
            added[f"{LOGIT}{inputs}_{STRUCTURES}"] = structures
            branches = [*IMAGE_BRANCHES, *([Branch.CLINICAL] if inputs != "images" else [])]
            log_odds = [*(table[f"{LOGIT}{inputs}_{branch}"].to_numpy() for branch in branches), structures]
            added[f"{LOGIT}{inputs}_{SUM}"] = sum_out_of_fold(log_odds, labels, folds, config.inner_folds, seed + number)
        tables.append(calibrate_out_of_fold(table.assign(**added)))
    return pd.concat(tables, ignore_index=True)


def structures_out_of_fold(
    shares: NDArray[np.float32], labels: NDArray[np.bool_], folds: NDArray[np.int_], config: HeadConfig, seed: int
) -> NDArray[np.float64]:
    """Log-odds (S,) of ridge logistic regression on shares (S, 3), for each fold fitted on the others."""
    found = np.empty(len(labels))
    for fold in np.unique(folds):
        here = folds == fold
        weight, bias = (one.double().numpy() for one in fit_head(shares[~here], labels[~here], config, seed))
        found[here] = shares[here] @ (weight[1] - weight[0]) + bias[1] - bias[0]
    return found


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
