"""The fusion of a finished model trained again: branches, weights files of the networks and their predictions stay."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from adcore.answer.prediction import Branch
from adcore.cohorts.cohort import Cohort
from adcore.errors import ModelError
from adcore.evaluation.card.figures import figures_of_cohort, figures_of_folds
from adcore.evaluation.cases.cases import FUSED
from adcore.model.card import REPEATS_FILE, ModelCard
from adcore.model.stored_predictions import StoredPredictions
from adcore.model.weights import save_weights
from adcore.networks.late_fusion import load_network
from adcore.statistics.cross_validation import LOGIT, calibrate_out_of_fold
from adcore.training.config import TrainConfig
from adcore.training.labels import learn_labels
from adcore.training.release.controls import measure_controls
from adcore.training.release.model import DECIMALS
from adcore.training.release.seal import seal_model

FUSION_FILE = "fusion.safetensors"
KEYS = ["repeat", "subject", "fold", "label"]


def train_fusion(folder: Path, cohort: Cohort, config: TrainConfig, runs: Path, planted: Sequence[Path] = ()) -> ModelCard:
    """Train clinical branches and fusion again on the stored folds, and write weights, predictions, calibrations and figures.

    The version goes up by one. What concerns the image branches and the structures' branch alone stays.

    Args:
        cohort: everyone of the model's training, on all of its slices.
        runs: keeps features; run again to continue.
        planted: healthy adults' whole heads, in which planted atrophy may not lower an answer.
    Raises:
        CohortError: the cohort is not the training's, or lacks a measure that the model reads.
        ModelError: the model folder is incomplete, or its folds are not those of the cohort and the seed.
    """
    card, stored = ModelCard.read(folder), StoredPredictions.read(folder)
    if stored.repeats is None:
        raise ModelError(f"{folder.name} holds no {REPEATS_FILE}, whose folds the fusion is tested on. Use a model that has it.")
    cohort = cohort.with_measures([one.name for one in card.measures])
    runs.mkdir(parents=True, exist_ok=True)
    trained = learn_labels(
        load_network(folder, card.weights, card.structures, card.measures),
        cohort,
        config,
        runs,
        keep_pooling=True,
        planted=planted,
    )
    repeats = with_fusion(stored.repeats, trained.repeats)
    folds = repeats[repeats["repeat"] == 0].drop(columns="repeat")
    figures = figures_of_folds(folds, repeats, card.threshold, card.seeds["bootstrap"])
    figures |= figures_of_cohort(folds, repeats, cohort, card.threshold, card.seeds["bootstrap"])
    weights = card.weights | {FUSION_FILE: save_weights(trained.network.members, folder / FUSION_FILE)}
    shipped = load_network(
        folder, weights, card.structures, card.measures
    )  # the branches as they were, the fusion rounded as it ships
    controls = measure_controls(trained.control_runs, shipped, cohort, folds, config.seed)
    StoredPredictions.write(folder, folds, repeats)
    update = figures | {
        "version": str(int(card.version) + 1),
        "weights": weights,
        "controls": card.controls | controls,
        "training_config": card.training_config | {"fold": asdict(config.fold), "planted_heads": [path.name for path in planted]},
    }
    card.model_copy(update=update).write(folder)
    return seal_model(folder)


def with_fusion(stored: pd.DataFrame, trained: pd.DataFrame) -> pd.DataFrame:
    """Stored predictions of every repeat with the log-odds of a new fusion and its clinical branches, calibrated out of fold.

    Args:
        stored, trained: repeat, subject, fold, label, `logit_<inputs>_<branch>`, of the same folds.
    Raises:
        ModelError: the folds differ.
    """
    ours, theirs = (table.sort_values(KEYS).reset_index(drop=True) for table in (trained, stored))
    if not ours[KEYS].equals(theirs[KEYS]):
        raise ModelError("The folds drawn for this cohort are not those of the model. Give the cohort it was trained on.")
    new = [name for name in ours.columns if name.startswith(LOGIT) and name.endswith((f"_{FUSED}", f"_{Branch.CLINICAL}"))]
    found = pd.concat(
        [calibrate_out_of_fold(table[[*KEYS, *new]]) for _, table in ours.groupby("repeat", sort=True)], ignore_index=True
    )
    return theirs.assign(**found.drop(columns=KEYS).round(DECIMALS))
