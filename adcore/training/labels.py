"""Learning from labels on frozen convolutions: repeated cross-validation by person, control runs, the model that ships."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort, labelled_and_others
from adcore.cohorts.measures import measures_of
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.training.config import TrainConfig
from adcore.training.control_runs import ControlRuns, run_controls
from adcore.training.cross_validate import Features, cross_validate, fit_labels
from adcore.training.features import mirror_images, read_features
from adcore.training.heads import pool_slices
from adcore.training.labelled_slices import facts_table
from adcore.training.planted_pairs import read_planted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A network with everything its training measured.

    Attributes:
        network: trained on all labelled participants.
        repeats: one row a labelled participant and repeat: repeat, subject, fold, label, and `logit_<inputs>_<branch>` from a
            model that never saw them.
        fold_participants: for each repeat and fold, whom it was trained on, stopped on (nobody) and tested on.
        control_runs: results of the same training on shuffled labels, outlines and mirror images.
    """

    network: LateFusionNetwork
    repeats: pd.DataFrame
    fold_participants: list[list[dict[str, list[str]]]]
    control_runs: ControlRuns

    @property
    def folds(self) -> pd.DataFrame:
        """The first repeat, whose figures are the card's: subject, fold, label, `logit_<inputs>_<branch>`."""
        return self.repeats[self.repeats["repeat"] == 0].drop(columns="repeat").reset_index(drop=True)


def learn_labels(
    network: LateFusionNetwork,
    cohort: Cohort,
    config: TrainConfig,
    folder: Path,
    keep_pooling: bool = False,
    planted: Sequence[Path] = (),
) -> TrainedModel:
    """Cross-validate repeatedly, run the controls, and train the network that ships on all labelled participants.

    Args:
        network: from learn_anatomy, or from a model that is taken over; it is changed.
        folder: keeps the features of frozen convolutions; outside the repository.
        keep_pooling: leave attention and usual structure shares as they are; a small cohort may have no unlabelled participants.
        planted: healthy adults' whole heads, in which planted atrophy may not lower an answer.
    Raises:
        CohortError: a measure is known of too few participants, or is the same for all.
        LeakageError: a participant is on both sides of a split.
    """
    labelled, others = labelled_and_others(cohort)
    measures = measures_of(labelled.table, labelled.measures)
    if measures != network.measures:
        network.read_measures(measures)
    digest = convolutions_sha256(network)
    plain = read_features(network, labelled, folder / "features-labelled.pt", digest)
    mirrored = read_features(network, mirror_images(labelled), folder / "features-mirrored.pt", digest)
    if not keep_pooling:
        scans = read_features(network, others, folder / "features-others.pt", digest)
        network.structure_shares.learn(scans.shares, scans.y_mm)
        facts = _standardised_facts(others)
        for branch in IMAGE_BRANCHES:
            readout = network.image_branch(branch).pooling.project
            pooling = pool_slices(branch, readout, scans.means[branch], facts, config.fold.head, config.seed)
            network.image_branch(branch).pooling.load_state_dict(pooling.state_dict())
    pairs = read_planted(network, planted, folder / "features-planted.pt", digest) if planted else None
    features = Features.of(network, plain, mirrored, labelled, pairs)
    tables, participants = [], []
    for repeat in range(config.repeats):
        table, sides = cross_validate(network, features, config.fold, config.seed + repeat)
        tables.append(table.assign(repeat=repeat))
        participants.append(sides)
        logger.info("repeat %d of %d done", repeat + 1, config.repeats)
    controls = run_controls(network, features, config.fold, config.seed, folder, digest)
    fit_labels(network, features, np.arange(len(labelled)), config.fold, config.seed)
    return TrainedModel(network.eval(), pd.concat(tables, ignore_index=True), participants, controls)


def _standardised_facts(cohort: Cohort) -> Tensor:
    table = facts_table(cohort)
    return torch.from_numpy(((table - table.mean()) / table.std().clip(lower=1e-6)).to_numpy(dtype="float32"))


def convolutions_sha256(network: nn.Module) -> str:
    """Digest of the weights that decide a scan's features; it changes with any of them."""
    digest = hashlib.sha256()
    for name, value in network.state_dict().items():
        if "backbone" in name or "slice_segmentation" in name:
            digest.update(value.contiguous().numpy().tobytes())
    return digest.hexdigest()
