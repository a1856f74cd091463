"""A finished training run made into a model folder: weights, card and out-of-fold predictions."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from adcore import __version__
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.certificate import SplitParticipants, certify
from adcore.evaluation.card.figures import ORIGINS, figures_of_cohort, figures_of_folds
from adcore.explain.gradcam import raw_gradcam
from adcore.model.card import FOLDS_FILE, PRETRAINING_FILE, REPEATS_FILE, ModelCard
from adcore.networks.late_fusion import LateFusionNetwork, load_network, save_network
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import calibrate_out_of_fold
from adcore.training.release.card_text import CardText
from adcore.words import DISCLAIMER

THRESHOLD = 0.5
THRESHOLD_ORIGIN = "Fixed before any result was seen: at it, calibrated odds of impairment are even. Not tuned on anyone."
CAM_PERCENTILE = 99.5
CAM_ORIGIN = (
    f"{CAM_PERCENTILE} percentile of positive raw values over the labelled people's planes; of absolute values for a branch "
    "without positive ones."
)
DECIMALS = 6


def write_model(
    folder: Path,
    network: LateFusionNetwork,
    folds: pd.DataFrame,
    fold_participants: list[dict[str, list[str]]],
    cohort: Cohort,
    slices: SliceConfig,
    training_config: dict[str, Any],
    text: CardText,
    seed: int,
    repeats: pd.DataFrame | None = None,
    repeat_participants: Sequence[list[dict[str, list[str]]]] = (),
    links: Collection[tuple[str, str]] = (),
    pretraining: Collection[str] | None = None,
) -> ModelCard:
    """Write weights, folds.csv, repeats.csv where there are repeats, pretraining.csv and card.json.

    Args:
        folds: subject, fold, label and `logit_<inputs>_<branch>`; one row a labelled person.
        fold_people: for each fold, the people fitted on, stopped on and tested on.
        cohort: everyone who took part.
        repeats: as folds, with a column `repeat`, for every repeat of the cross-validation, the first (0) among them.
        repeat_people: as fold_people, for the repeats after the first.
        links: pairs of people or sessions known to be one person.
        pretraining: everyone pretrained on; the cohort's unlabelled people where it is not given.
    Raises:
        LeakageError: someone stands on both sides of a split.
    """
    splits = [
        SplitParticipants(repeat, fold, sides["fit"], sides["stop"], sides["test"])
        for repeat, participants in enumerate([fold_participants, *repeat_participants])
        for fold, sides in enumerate(participants)
    ]
    labelled = cohort.labelled()
    pretrained = sorted(set(cohort.unlabelled().table["person"] if pretraining is None else pretraining))
    person_of = dict(zip(cohort.table["session"], cohort.table["person"], strict=True))
    certificate = certify(splits, pretrained, links, person_of)
    folder.mkdir(parents=True, exist_ok=True)
    hashes = save_network(network, folder)
    shipped = load_network(folder, hashes)  # what follows is measured on the rounded weights that ship
    folds = calibrate_out_of_fold(folds).round(DECIMALS)
    folds.to_csv(folder / FOLDS_FILE, index=False)
    pd.DataFrame({"subject": pretrained}).to_csv(folder / PRETRAINING_FILE, index=False)
    if repeats is not None:
        repeats = pd.concat([calibrate_out_of_fold(part) for _, part in repeats.groupby("repeat")]).round(DECIMALS)
        repeats.to_csv(folder / REPEATS_FILE, index=False)
    card = ModelCard(
        **asdict(text),
        created=datetime.now(UTC).date().isoformat(),
        adcore_version=__version__,
        disclaimer=DISCLAIMER,
        weights=hashes,
        slices_digest=slices.digest,
        slices=asdict(slices),
        threshold=THRESHOLD,
        threshold_origin=THRESHOLD_ORIGIN,
        cam_maximum=_cam_maximum(shipped, labelled),
        cam_maximum_origin=CAM_ORIGIN,
        splits=[
            {"fit": split.fit.sha256, "stop": split.stop.sha256, "test": split.test.sha256}
            for split in certificate.splits
            if split.repeat == 0
        ],
        certificate=certificate,
        seeds={"training": seed, "bootstrap": seed},
        training_config=training_config,
        origins=ORIGINS,
        **figures_of_folds(folds, repeats, THRESHOLD, seed),
        **figures_of_cohort(folds, cohort, THRESHOLD, seed),
    )
    card.write(folder)
    return card


def _cam_maximum(network: LateFusionNetwork, labelled: Cohort) -> dict[str, float]:
    values: dict[Branch, list[np.ndarray]] = {branch: [] for branch in IMAGE_BRANCHES}
    for slices in tqdm(labelled.slices, desc="Grad-CAM scale", disable=None):
        with torch.inference_mode():
            reading = network.read(torch.from_numpy(slices), labelled.y_mm)
        for branch in IMAGE_BRANCHES:
            values[branch].append(raw_gradcam(network.image_branch(branch), reading.maps[branch]).ravel())
    return {branch.value: cam_scale(np.concatenate(found)) for branch, found in values.items()}


def cam_scale(values: NDArray[np.float32]) -> float:
    """The raw Grad-CAM value of the top colour, above 0 whatever the branch shows.

    Args:
        values: (V,), raw values of every cell. Without positive ones their size sets the scale; 1 where all are 0.
    """
    shown = values[values > 0] if (values > 0).any() else np.abs(values)
    return float(f"{np.percentile(shown, CAM_PERCENTILE):.{DECIMALS}g}") or 1.0
