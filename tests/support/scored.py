"""Stored predictions of a made-up cross-validation, and a model folder whose card was computed from them."""

from pathlib import Path

import numpy as np
import pandas as pd

from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.certificate import SplitParticipants, certify
from adcore.evaluation.card.figures import figures_of_cohort, figures_of_folds
from adcore.model.card import FOLDS_FILE, REPEATS_FILE, ModelCard
from adcore.networks.late_fusion import save_network
from adcore.statistics.cross_validation import calibrate_out_of_fold
from adcore.training.release.seal import seal_model
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_card, untrained_network

FOLDS = 4
COLUMNS = ("images_fused", "all_fused", "all_clinical")


def scored_folds(participants: list[str], labels: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Logits that know something of the labels, calibrated out of fold as a release does."""
    generator = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"subject": participants, "fold": generator.permutation(len(participants)) % FOLDS, "label": labels.astype(int)}
    )
    for place, name in enumerate(COLUMNS):
        table[f"logit_{name}"] = (place + 1) * (labels - 0.5) + generator.normal(0, 1, len(participants))
    return calibrate_out_of_fold(table).round(6)


def splits_of(folds: pd.DataFrame, repeat: int = 0) -> list[SplitParticipants]:
    """Each fold tested once; of the others a fifth is watched by early stopping."""
    found = []
    for fold in range(FOLDS):
        others = list(folds.loc[folds["fold"] != fold, "subject"])
        cut = len(others) // 5
        test = list(folds.loc[folds["fold"] == fold, "subject"])
        found.append(SplitParticipants(repeat, fold, others[cut:], others[:cut], test))
    return found


def write_scored_model(folder: Path, cohort: Cohort | None = None) -> ModelCard:
    """An untrained network with folds.csv, repeats.csv and the card that they give."""
    cohort = synthetic_cohort(labelled=40, others=4) if cohort is None else cohort
    labelled = cohort.labelled()
    participants = list(labelled.table["person"])
    repeats = [scored_folds(participants, labelled.impaired, seed).assign(repeat=seed) for seed in range(3)]
    folds, table = repeats[0].drop(columns="repeat"), pd.concat(repeats)
    folder.mkdir(parents=True, exist_ok=True)
    folds.to_csv(folder / FOLDS_FILE, index=False)
    table.to_csv(folder / REPEATS_FILE, index=False)
    card = untrained_card(TINY_SLICES, weights=save_network(untrained_network(), folder))
    figures = figures_of_folds(folds, table, card.threshold, 1) | figures_of_cohort(folds, table, cohort, card.threshold, 1)
    splits = [split for repeat in repeats for split in splits_of(repeat, int(repeat["repeat"].iloc[0]))]
    certificate = certify(splits, cohort.unlabelled().table["person"])
    stated = [vars(split) for split in certificate.splits if split.repeat == 0]
    figures["calibrations"] = card.calibrations | figures["calibrations"]
    figures |= {
        "certificate": certificate,
        "seeds": {"bootstrap": 1},
        "splits": [{side: split[side].sha256 for side in ("fit", "stop", "test")} for split in stated],
    }
    ModelCard(**{**dict(card), **figures}).write(folder)
    return seal_model(folder)
