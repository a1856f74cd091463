"""The reference for a scan's distance from the training set: fitted to the training participants, shipped beside the model."""

import hashlib
import math
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.atomic import write_atomically
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.ixi import ixi_scans
from adcore.cohorts.layouts import find_scans
from adcore.cohorts.prepare_cohort import prepare_cohort
from adcore.cohorts.prepared_folder import PREPARATION, load_prepared
from adcore.cohorts.progress import with_progress
from adcore.errors import CohortError
from adcore.model.card import ModelCard, TrainingDistanceCard
from adcore.networks.backbones import FEATURES
from adcore.networks.late_fusion import LateFusionNetwork, load_network
from adcore.networks.training_distance import fit_training_distance, scan_features
from adcore.prepare.slices import SliceConfig
from adcore.statistics.tolerance import ToleranceLimit, upper_tolerance_limit
from adcore.training.release.seal import seal_model

FOLDS = 10
USUAL_PERCENTILE = 99.0

WITHIN, CONFIDENCE = 0.99, 0.95
"""The limit bounds the distances of this share of people like those measured, with this confidence (or the share that so few
people can bound). Nothing unsuitable takes part in setting it."""

TESTED_FROM_YEARS = 60.0
"""Healthy adults of this age and over, whom the model is for, are left out of the limit: they stay people to test it on."""

SIZES = tuple(FEATURES[branch] for branch in IMAGE_BRANCHES)
DECIMALS = 4
LIMIT_DECIMALS = 2


def add_training_distance(folder: Path, cohort: Cohort, healthy: Cohort | None = None, runs: Path | None = None) -> ModelCard:
    """Fit the reference to a cohort's participants, write it into a model folder and name it on the card.

    Args:
        cohort: the model's pretraining and training participants; the first scan of each counts, so that all ages do.
        healthy: adults whose scans passed every other check, prepared as a patient's are. Those under TESTED_FROM_YEARS count
            towards the limit; the reference is not fitted to any of them.
        runs: folder for the features of each scan, so that a stopped run resumes.
    Raises:
        CohortError: there are fewer participants than folds.
        ModelError: the model folder is incomplete.
    """
    card = ModelCard.read(folder)
    network = load_network(folder, card.weights, measures=card.measures)
    read = partial(_features, network, runs, "".join(card.weights[name] for name in sorted(card.weights)))
    outside = None
    if healthy is not None:
        outside = read(healthy.rows((healthy.table["age_years"] < TESTED_FROM_YEARS).to_numpy()))
    participants = read(cohort.rows(~cohort.table["person"].duplicated().to_numpy()))
    write_training_distance(folder, card, participants, outside)
    return seal_model(folder)


def healthy_adults(place: Path, runs: Path) -> Cohort:
    """Healthy adults' scans that pass every other check, prepared as a patient's are; a stopped run resumes.

    Args:
        place: IXI's folder, another data set of whole heads as adcore prepare takes it, or a folder that it wrote.
        runs: where the scans are prepared.
    """
    if not (place / PREPARATION).is_file():
        scans = ixi_scans(place) if (place / "dlmuse_seg").is_dir() else find_scans(place)
        place = runs / "prepared"
        prepare_cohort(scans, place)
    return load_prepared(place, SliceConfig()).on_slices(SliceConfig.t88_slices)


def write_training_distance(
    folder: Path, card: ModelCard, features: NDArray[np.float32], outside: NDArray[np.float32] | None = None
) -> ModelCard:
    """The same from features of one scan a person: (S, F) of participants, (H, F) of healthy adults from elsewhere."""
    rest, distances = cross_validated(features)
    training_distance = fit_training_distance(features, SIZES, rest)
    usual = float(np.percentile(distances, USUAL_PERCENTILE))
    elsewhere = np.zeros(0) if outside is None else training_distance.distances(outside)
    limit = upper_tolerance_limit(np.concatenate([distances, elsewhere]), WITHIN, CONFIDENCE)
    added = TrainingDistanceCard(
        sha256=training_distance.save(folder),
        participants=len(features),
        usual=round(usual, DECIMALS),
        limit=math.ceil(limit.value * 10**LIMIT_DECIMALS) / 10**LIMIT_DECIMALS,
        healthy_adults=len(elsewhere),
        quantile=round(limit.quantile, DECIMALS),
        confidence=round(limit.confidence, DECIMALS),
        origin=_origin(distances, elsewhere, limit),
    )
    card = card.model_copy(update={"training_distance": added})
    card.write(folder)
    return ModelCard.read(folder)


def _origin(distances: NDArray[np.float64], elsewhere: NDArray[np.float64], limit: ToleranceLimit) -> str:
    adults = (
        f" and {len(elsewhere)} healthy adults under {TESTED_FROM_YEARS:g} from elsewhere (median {np.median(elsewhere):.2f}, "
        f"largest {elsewhere.max():.2f})"
        if len(elsewhere)
        else ""
    )
    return (
        f"Usual: the {USUAL_PERCENTILE:g}th percentile of {len(distances)} participants' distances, each measured by a "
        f"reference fitted to the others ({FOLDS} folds; median {np.median(distances):.2f}, largest {distances.max():.2f}). "
        f"The limit: {_ranked(limit.above)} of the distances of these{adults}, rounded up; with {100 * limit.confidence:.1f}% "
        f"confidence at least {100 * limit.quantile:.3g}% of such people lie within it "
        "(nonparametric tolerance limit, Wilks 1941)."
    )


def _ranked(above: int) -> str:
    return "the largest" if above == 0 else f"the largest but {above}"


def _features(network: LateFusionNetwork, runs: Path | None, weights: str, cohort: Cohort) -> NDArray[np.float32]:
    """scan_features of every row, (S, F), each kept in `runs` under a digest of the weights and its slices."""
    return np.stack(
        [_kept(network, runs, weights, cohort, row) for row in with_progress(range(len(cohort)), "features", len(cohort))]
    )


def _kept(network: LateFusionNetwork, runs: Path | None, weights: str, cohort: Cohort, row: int) -> NDArray[np.float32]:
    slices = np.ascontiguousarray(cohort.slices[row])
    path = None if runs is None else runs / f"{hashlib.sha256(weights.encode() + slices.tobytes()).hexdigest()[:16]}.npy"
    if path is not None and path.is_file():
        kept: NDArray[np.float32] = np.load(path, allow_pickle=False)
        return kept
    with torch.inference_mode():
        features = scan_features(network.read(torch.from_numpy(slices), cohort.y_mm).features.means)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, lambda file: np.save(file, features, allow_pickle=False))
    return features


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
