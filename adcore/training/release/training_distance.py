"""The reference for a scan's distance from the training set: fitted to the training participants, shipped beside the model."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import KFold
from tqdm import tqdm

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.model.card import ModelCard, TrainingDistanceCard
from adcore.networks.backbones import FEATURES
from adcore.networks.late_fusion import load_network
from adcore.networks.training_distance import fit_training_distance, scan_features
from adcore.training.release.seal import seal_model

FOLDS = 10
USUAL_PERCENTILE = 99.0

TOO_FAR = 3.0
"""The limit as a multiple of the usual distance, by judgement: healthy heads from other scanners lie at up to 1.6 times it,
synthetic ones with the strongest atrophy at 2.4; slices of a healthy head half cut off at 3.6, with noise of a fifth at 4.3,
emptied at 5.5."""

SIZES = tuple(FEATURES[branch] for branch in IMAGE_BRANCHES)
DECIMALS = 4


def add_training_distance(folder: Path, cohort: Cohort) -> ModelCard:
    """Fit the reference to a cohort's participants, write it into a model folder and name it on the card.

    Args:
        cohort: the model's pretraining and training participants; the first scan of each counts, so that all ages do.
    Raises:
        CohortError: there are fewer participants than folds.
        ModelError: the model folder is incomplete.
    """
    card = ModelCard.read(folder)
    network = load_network(folder, card.weights)
    participants = cohort.rows(~cohort.table["person"].duplicated().to_numpy())
    with torch.inference_mode():
        stacks = (torch.from_numpy(slices) for slices in tqdm(participants.slices, desc="features", disable=None))
        features = np.stack([scan_features(network.read(stack, participants.y_mm).features.means) for stack in stacks])
    write_training_distance(folder, card, features)
    return seal_model(folder)


def write_training_distance(folder: Path, card: ModelCard, features: NDArray[np.float32]) -> ModelCard:
    """The same from features (S, F) of one scan a participant."""
    rest, distances = cross_validated(features)
    training_distance = fit_training_distance(features, SIZES, rest)
    usual = float(np.percentile(distances, USUAL_PERCENTILE))
    added = TrainingDistanceCard(
        sha256=training_distance.save(folder),
        participants=len(features),
        usual=round(usual, DECIMALS),
        limit=round(TOO_FAR * usual, DECIMALS),
        origin=(
            f"Usual: the {USUAL_PERCENTILE:g}th percentile of {len(features)} participants' distances, each measured by a "
            f"reference fitted to the others ({FOLDS} folds; median {np.median(distances):.2f}, largest {distances.max():.2f}). "
            f"The limit: {TOO_FAR:g} times that, by judgement."
        ),
    )
    card = card.model_copy(update={"training_distance": added})
    card.write(folder)
    return ModelCard.read(folder)


def cross_validated(features: NDArray[np.float32], sizes: tuple[int, ...] = SIZES) -> tuple[float, NDArray[np.float64]]:
    """Measure every participant by a reference fitted to the others.

    Returns:
        mean squared length of their residuals, and their distances (S,).
    Raises:
        CohortError: there are fewer participants than folds.
    """
    if len(features) < FOLDS:
        raise CohortError(
            f"Expected {FOLDS} participants or more to measure distances from the training set on, got {len(features)}. "
            "Add participants and try again."
        )
    along, left = np.empty(len(features)), np.empty(len(features))
    for fitted, held_out in KFold(FOLDS, shuffle=True, random_state=0).split(features):
        reference = fit_training_distance(features[fitted], sizes)
        along[held_out], left[held_out] = reference.components_and_residual(features[held_out])
    rest = float(left.mean())
    return rest, np.sqrt((along + left / rest) / 2)
