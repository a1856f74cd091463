"""The structures' branch of a finished model: fitted on its segmentation, and tested on its own folds."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.progress import with_progress
from adcore.errors import CohortError, ModelError
from adcore.evaluation.card.refresh import refresh_card
from adcore.model.card import FOLDS_FILE, REPEATS_FILE, ModelCard
from adcore.model.stored_predictions import StoredPredictions
from adcore.networks.late_fusion import LateFusionNetwork, load_network
from adcore.networks.structures_branch import READ, StructuresBranch, read_shares
from adcore.statistics.cross_validation import LOGIT, calibrate_out_of_fold, calibrations
from adcore.statistics.names import WITH_SCAN
from adcore.training.heads import HeadConfig, fit_head
from adcore.training.release.model import DECIMALS
from adcore.training.release.seal import seal_model

COLUMNS = tuple(f"{LOGIT}{inputs}_{Branch.STRUCTURES}" for inputs in WITH_SCAN)


def add_structures_branch(folder: Path, cohort: Cohort, runs: Path, config: HeadConfig = HeadConfig()) -> ModelCard:
    """Fit the branch, add its predictions on the stored folds to the tables, and its figures and calibrations to the card.

    The other branches, the fusion, their calibrations and the conformal limits stay as they are.

    Args:
        cohort: the model's training participants, on all of its slices.
        runs: keeps measured shares.
    Raises:
        CohortError: the cohort lacks a participant of the folds, or has another label.
        ModelError: the model folder is incomplete.
    """
    card, stored = ModelCard.read(folder), StoredPredictions.read(folder)
    seed, repeats = card.seeds["training"], stored.repeats
    if repeats is None:
        raise ModelError(f"{folder.name} holds no {REPEATS_FILE}, whose folds the branch is tested on. Use a model that has it.")
    network = load_network(folder, card.weights, measures=card.measures)
    runs.mkdir(parents=True, exist_ok=True)
    shares = measure_shares(
        network, cohort.labelled(), runs / f"shares-{card.weights['slice_segmentation.safetensors'][:12]}.csv"
    )
    tables = {
        int(number): with_structures(table, shares, config, seed + int(number)) for number, table in repeats.groupby("repeat")
    }
    folds = tables[0].drop(columns="repeat")
    _refuse_other_folds(folds, stored.folds)
    labels = folds["label"].to_numpy() == 1
    branch = StructuresBranch(*fit_head(shares.loc[folds["subject"]].to_numpy(np.float32), labels, config, seed))
    found = calibrations(folds[["label", *COLUMNS]])
    StoredPredictions.write(folder, folds, pd.concat(tables.values()))
    card.model_copy(update={"structures": branch.card(), "calibrations": card.calibrations | found}).write(folder)
    seal_model(folder)
    return refresh_card(folder, cohort)


def measure_shares(network: LateFusionNetwork, labelled: Cohort, path: Path) -> pd.DataFrame:
    """The shares of READ on participants' slices, standardised as the fusion reads them, indexed by subject.

    Args:
        path: keeps what is done; run again to continue.
    """
    path = path.with_stem(f"{path.stem}-{labelled.digest}")
    table = GrowingTable(path, ["subject", *READ], f"%.{DECIMALS}f", text=["subject"])
    places = torch.tensor(labelled.y_mm)
    for row in with_progress(range(len(table.rows), len(labelled)), "shares of structures", len(labelled), len(table.rows)):
        with torch.inference_mode():
            shares = network.slice_segmentation.paint(torch.from_numpy(labelled.slices[row]).unsqueeze(1), places)[1]
            found = read_shares(network.structure_shares(shares.unsqueeze(0), places))[0]
        table.add([[labelled.table["person"].iloc[row], *found.tolist()]])
    return table.rows.set_index("subject")


def with_structures(table: pd.DataFrame, shares: pd.DataFrame, config: HeadConfig, seed: int) -> pd.DataFrame:
    """One repeat's predictions with the branch's beside them, out of fold, calibrated on the other folds as everything else.

    Args:
        table: subject, fold, label, `logit_<inputs>_<branch>`.
        shares: (S, 3), indexed by subject.
        seed: of inner folds.
    Raises:
        CohortError: a participant has no shares.
    """
    missing = sorted(set(table["subject"]) - set(shares.index))
    if missing:
        raise CohortError(f"{len(missing)} participants of the stored predictions are not in this cohort, such as {missing[0]}.")
    read = shares.loc[table["subject"]].to_numpy(dtype=np.float32)
    labels, folds = table["label"].to_numpy() == 1, table["fold"].to_numpy()
    found = structures_out_of_fold(read, labels, folds, config, seed)
    own = calibrate_out_of_fold(table[["fold", "label"]].assign(**dict.fromkeys(COLUMNS, found)))
    return table.assign(**own.drop(columns=["fold", "label"]).round(DECIMALS))


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


def _refuse_other_folds(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Raises ModelError where the first repeat is not what folds.csv holds."""
    same = ours[["subject", "fold", "label"]].reset_index(drop=True).equals(theirs[["subject", "fold", "label"]])
    if not same:
        raise ModelError(f"{FOLDS_FILE} and the first repeat of {REPEATS_FILE} differ in their participants. Restore the folder.")
