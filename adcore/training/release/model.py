"""From a finished training run to a model folder: weights, card and out-of-fold predictions."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.evaluation.card.certificate import SplitParticipants, certify
from adcore.evaluation.card.figures import ORIGINS, figures_of_cohort, figures_of_folds
from adcore.explain.gradcam import raw_gradcam
from adcore.model.card import PRETRAINING_FILE, ModelCard
from adcore.model.card_schema import CDR, Certificate, Control
from adcore.model.stored_predictions import StoredPredictions
from adcore.networks.known_case import known_answers
from adcore.networks.late_fusion import LateFusionNetwork, load_network, save_network
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import calibrate_out_of_fold
from adcore.training.labels import TrainedModel
from adcore.training.release.card_text import CardText
from adcore.version import __version__
from adcore.words import DISCLAIMER

THRESHOLD = 0.5
THRESHOLD_ORIGIN = (
    "Fixed before any result was seen: at this threshold the calibrated odds of impairment are even. Not tuned on any data."
)
CAM_PERCENTILE = 99.5
CAM_ORIGIN = (
    f"{CAM_PERCENTILE}th percentile of the positive raw values over the labelled participants' slices; of absolute values for a "
    "branch without positive ones."
)
DECIMALS = 6


@dataclass(frozen=True, eq=False)
class FinishedTraining:
    """All that a model folder is made from.

    Attributes:
        trained: the network, the predictions of every repeat, and who was on which side of each split.
        cohort: everyone who took part.
        slices: the slices that the network reads.
        text, controls: for the card.
        settings: of the training, recorded on the card.
        seed: of the training and of every bootstrap.
        links: pairs of participants or sessions known to be one person.
        pretraining: everyone pretrained on; the cohort's unlabelled participants where it is None.
    """

    trained: TrainedModel
    cohort: Cohort
    slices: SliceConfig
    text: CardText
    controls: dict[str, Control]
    settings: dict[str, Any]
    seed: int
    links: Collection[tuple[str, str]] = ()
    pretraining: Collection[str] | None = None

    @property
    def pretrained(self) -> list[str]:
        """Everyone pretrained on, sorted."""
        own = self.cohort.unlabelled().table["person"] if self.pretraining is None else self.pretraining
        return sorted(set(own))

    def certificate(self) -> Certificate:
        """The leakage certificate.

        Raises:
            LeakageError: a participant is on both sides of a split.
        """
        splits = [
            SplitParticipants(repeat, fold, sides["fit"], sides["stop"], sides["test"])
            for repeat, folds in enumerate(self.trained.fold_participants)
            for fold, sides in enumerate(folds)
        ]
        person_of = dict(zip(self.cohort.table["session"], self.cohort.table["person"], strict=True))
        return certify(splits, self.pretrained, self.links, person_of)


def write_model(folder: Path, finished: FinishedTraining) -> ModelCard:
    """Write weights, folds.csv, repeats.csv, pretraining.csv and card.json.

    Raises:
        LeakageError: a participant is on both sides of a split; nothing has been written then.
    """
    trained, cohort, seed = finished.trained, finished.cohort, finished.seed
    certificate = finished.certificate()
    folder.mkdir(parents=True, exist_ok=True)
    hashes = save_network(trained.network, folder)
    structures = trained.network.structures.card() if trained.network.structures else None
    shipped = load_network(
        folder, hashes, structures, trained.network.measures
    )  # what follows is measured on the rounded weights that ship
    folds = calibrate_out_of_fold(trained.folds).round(DECIMALS)
    pd.DataFrame({"subject": finished.pretrained}).to_csv(folder / PRETRAINING_FILE, index=False)
    repeats = pd.concat([calibrate_out_of_fold(one) for _, one in trained.repeats.groupby("repeat")]).round(DECIMALS)
    StoredPredictions.write(folder, folds, repeats)
    card = ModelCard(
        **asdict(finished.text),
        target=None if cohort.target == CDR else cohort.target,
        controls=finished.controls,
        created=datetime.now(UTC).date().isoformat(),
        adcore_version=__version__,
        disclaimer=DISCLAIMER,
        weights=hashes,
        structures=structures,
        measures=trained.network.measures,
        slices_digest=finished.slices.digest,
        slices=asdict(finished.slices),
        threshold=THRESHOLD,
        threshold_origin=THRESHOLD_ORIGIN,
        cam_maximum=_cam_maximum(shipped, cohort.labelled()),
        cam_maximum_origin=CAM_ORIGIN,
        splits=[
            {"fit": split.fit.sha256, "stop": split.stop.sha256, "test": split.test.sha256}
            for split in certificate.splits
            if split.repeat == 0
        ],
        certificate=certificate,
        seeds={"training": seed, "bootstrap": seed},
        training_config=finished.settings,
        origins=ORIGINS,
        **figures_of_folds(folds, repeats, THRESHOLD, seed),
        **figures_of_cohort(folds, repeats, cohort, THRESHOLD, seed),
    )
    card = card.model_copy(update={"known_case": known_answers(shipped, card.calibrations, None)})
    card.write(folder)
    return ModelCard.read(folder)


def _cam_maximum(network: LateFusionNetwork, labelled: Cohort) -> dict[str, float]:
    values: dict[Branch, list[np.ndarray]] = {branch: [] for branch in IMAGE_BRANCHES}
    for slices in with_progress(labelled.slices, "Grad-CAM scale", len(labelled)):
        with torch.inference_mode():
            reading = network.read(torch.from_numpy(slices), labelled.y_mm)
        for branch in IMAGE_BRANCHES:
            values[branch].append(raw_gradcam(network.image_branch(branch), reading.maps[branch]).ravel())
    return {branch.value: cam_scale(np.concatenate(found)) for branch, found in values.items()}


def cam_scale(values: NDArray[np.float32]) -> float:
    """The raw Grad-CAM value of the top colour, always above 0.

    Args:
        values: (V,), raw values of every cell. Without positive ones their size sets the scale; 1 where all are 0.
    """
    shown = values[values > 0] if (values > 0).any() else np.abs(values)
    return float(f"{np.percentile(shown, CAM_PERCENTILE):.{DECIMALS}g}") or 1.0
