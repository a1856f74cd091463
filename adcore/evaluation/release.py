"""A finished training run made into a model folder: weights, card and out-of-fold predictions."""

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from adcore.analysis import DISCLAIMER
from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.card import FOLDS_FILE, MetricInterval, ModelCard
from adcore.cohorts.cohort import Cohort
from adcore.evaluation.baselines import baseline_chances
from adcore.evaluation.card_text import CardText
from adcore.evaluation.cross_validation import CHANCE, calibrate_out_of_fold, calibrations
from adcore.evaluation.metrics import bootstrap_metrics, confusion
from adcore.explain.gradcam import raw_gradcam
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.networks.weights import load_network, save_network
from adcore.predict import read_planes
from adcore.prepare.planes import PlaneConfig

THRESHOLD = 0.5
THRESHOLD_ORIGIN = "Fixed before any result was seen: at it, calibrated odds of impairment are even. Not tuned on anyone."
CAM_PERCENTILE = 99.5
DECIMALS = 6


def write_model(
    folder: Path,
    network: LateFusionNetwork,
    folds: pd.DataFrame,
    fold_people: list[dict[str, list[str]]],
    cohort: Cohort,
    planes: PlaneConfig,
    training_config: dict[str, Any],
    text: CardText,
    seed: int,
) -> ModelCard:
    """Write weights, folds.csv and card.json.

    Args:
        folds: subject, fold, label and `logit_<inputs>_<branch>`; one row a labelled person.
        fold_people: for each fold, the people fitted on, stopped on and tested on.
        cohort: everyone who took part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    hashes = save_network(network, folder)
    shipped = load_network(folder, hashes)  # what follows is measured on the rounded weights that ship
    folds = calibrate_out_of_fold(folds).round(DECIMALS)
    folds.to_csv(folder / FOLDS_FILE, index=False)
    labelled = cohort.labelled()
    card = ModelCard(
        **asdict(text),
        created=datetime.now(UTC).date().isoformat(),
        adcore_version=version("adcore"),
        disclaimer=DISCLAIMER,
        data=_data(cohort),
        weights=hashes,
        planes_digest=planes.digest,
        planes=asdict(planes),
        age_years=(float(labelled.table["age_years"].min()), float(labelled.table["age_years"].max())),
        threshold=THRESHOLD,
        threshold_origin=THRESHOLD_ORIGIN,
        calibrations=calibrations(folds),
        cam_maximum=_cam_maximum(shipped, labelled),
        cam_maximum_origin=f"{CAM_PERCENTILE} percentile of positive raw values over the labelled people's planes.",
        splits=[{side: _people_hash(people) for side, people in sides.items()} for sides in fold_people],
        seeds={"training": seed, "bootstrap": seed},
        training_config=training_config,
        **score(folds, labelled, seed),
    )
    card.write(folder)
    return card


def score(folds: pd.DataFrame, labelled: Cohort, seed: int) -> dict[str, Any]:
    """Metrics, confusion matrices and baselines from stored out-of-fold probabilities."""
    labels = folds["label"].to_numpy() == 1
    metrics: dict[str, Any] = {}
    counts: dict[str, Any] = {}
    for column in [str(name) for name in folds.columns if str(name).startswith(CHANCE)]:
        branch = column.rsplit("_", 1)[1]
        inputs = column.removeprefix(CHANCE).removesuffix(f"_{branch}")
        chances = folds[column].to_numpy()
        metrics.setdefault(inputs, {})[branch] = _intervals(labels, chances, seed)
        counts.setdefault(inputs, {})[branch] = asdict(confusion(labels, chances, THRESHOLD))
    fold_of = dict(zip(folds["subject"], folds["fold"], strict=True))
    baselines = {
        name: _intervals(labelled.impaired, chances, seed) for name, chances in baseline_chances(labelled, fold_of).items()
    }
    return {"metrics": metrics, "confusion": counts, "baselines": baselines}


def _intervals(labels: Any, chances: Any, seed: int) -> dict[str, MetricInterval]:
    return {
        name: MetricInterval(**{key: round(value, 4) for key, value in asdict(interval).items()})
        for name, interval in bootstrap_metrics(labels, chances, THRESHOLD, seed).items()
    }


def _data(cohort: Cohort) -> dict[str, Any]:
    labelled, others = cohort.labelled(), cohort.unlabelled()
    return {
        "sessions": len(cohort),
        "people": int(cohort.table["person"].nunique()),
        "labelled_people": len(labelled),
        "impaired_people": int(labelled.impaired.sum()),
        "cdr_counts": {f"{cdr:g}": int(count) for cdr, count in labelled.table["cdr"].value_counts().sort_index().items()},
        "female_labelled": int((labelled.table["sex"] == "F").sum()),
        "pretraining_people": int(others.table["person"].nunique()),
        "pretraining_sessions": len(others),
        "unknown_fields_labelled": {
            name: int(labelled.table[name].isna().sum()) for name in ("age_years", "sex", "education_years", "ses", "mmse")
        },
        "impaired_among_unknown_ses": int(labelled.impaired[labelled.table["ses"].isna()].sum()),
    }


def _people_hash(people: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest()


def _cam_maximum(network: LateFusionNetwork, labelled: Cohort) -> dict[str, float]:
    values: dict[Branch, list[np.ndarray]] = {branch: [] for branch in IMAGE_BRANCHES}
    for planes in tqdm(labelled.planes, desc="Grad-CAM scale", disable=None):
        reading = read_planes(network, planes)
        for branch in IMAGE_BRANCHES:
            maps = raw_gradcam(network.image_branch(branch), reading.maps[branch])
            values[branch].append(maps[maps > 0])
    return {
        branch.value: round(float(np.percentile(np.concatenate(found), CAM_PERCENTILE)), DECIMALS)
        for branch, found in values.items()
    }
