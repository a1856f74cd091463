"""Trainings repeated as negative controls: shuffled labels, bare outlines, mirror images, a field withheld."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.case.clinical import FIELDS
from adcore.cohorts.cohort import person_folds
from adcore.cohorts.progress import with_progress
from adcore.networks.late_fusion import LateFusionNetwork, log_odds_of
from adcore.training.cross_validate import Features, FoldConfig, classify, fit_labels
from adcore.training.features import outlines_of, read_features
from adcore.training.heads import fit_head

SHUFFLES = 20
INPUTS = "logit_images_fused"
WITH_SES = "logit_no_mmse_fused"
SES = [spec.name for spec in FIELDS].index("ses")


@dataclass(frozen=True, eq=False)
class ControlRuns:
    """Out-of-fold log-odds, on images alone unless stated, participants in the order of the labelled cohort.

    Attributes:
        labels: (S,), impaired or not.
        shuffled: (SHUFFLES, S), of both image branches together.
        shuffled_labels: (SHUFFLES, S), the labels that these learned from.
        outlines: (S,), of the fusion trained and tested on bare outlines.
        mirrored: (S,), of the fusion trained as usual and tested on mirror images.
        ses_withheld: (S,), the change of the fused log-odds without MMSE when SES is withheld; NaN for participants without SES.
    """

    labels: NDArray[np.bool_]
    shuffled: NDArray[np.float64]
    shuffled_labels: NDArray[np.bool_]
    outlines: NDArray[np.float64]
    mirrored: NDArray[np.float64]
    ses_withheld: NDArray[np.float64]


def run_controls(
    network: LateFusionNetwork, features: Features, config: FoldConfig, seed: int, folder: Path, digest: str
) -> ControlRuns:
    """Train again on the first repeat's folds; the network is changed.

    Args:
        folder: keeps the features of the outlines.
        digest: of the convolutions' weights.
    """
    labelled = features.cohort
    bare = outlines_of(labelled)
    read = read_features(network, bare, folder / "features-outlines.pt", digest)
    of_outlines = Features.of(network, read, read, bare)
    plain, mirrored, withheld = (np.empty(len(labelled)) for _ in range(3))
    turned = replace(features, scans=features.mirrored)
    known = features.known.clone()
    known[:, SES] = 0
    without_ses = replace(features, known=known)
    for learning, tested in person_folds(labelled, config.folds, seed):
        fit_labels(network, features, learning, config, seed)
        mirrored[tested] = classify(network, turned, tested)[INPUTS]
        withheld[tested] = classify(network, without_ses, tested)[WITH_SES] - classify(network, features, tested)[WITH_SES]
        fit_labels(network, of_outlines, learning, config, seed)
        plain[tested] = classify(network, of_outlines, tested)[INPUTS]
    withheld[features.known[:, SES].numpy() == 0] = np.nan
    generator = np.random.default_rng(seed)
    labels = np.stack([generator.permutation(features.labels) for _ in range(SHUFFLES)])
    drawn = with_progress(labels, "shuffled labels", SHUFFLES)
    shuffled = np.stack([_branch_log_odds(replace(features, labels=some), config, seed) for some in drawn])
    return ControlRuns(features.labels, shuffled, labels, plain, mirrored, withheld)


def _branch_log_odds(features: Features, config: FoldConfig, seed: int) -> NDArray[np.float64]:
    """The mean of both image branches' log-odds, out of fold. Only heads are trained: nothing else learns from labels there."""
    total = np.zeros(len(features.labels))
    folds = StratifiedKFold(config.folds, shuffle=True, random_state=seed)  # one row a participant
    for learning, tested in folds.split(features.labels, features.labels):
        for branch in IMAGE_BRANCHES:
            vectors = features.vectors[branch].numpy()
            weight, bias = fit_head(vectors[learning], features.labels[learning], config.head, seed)
            pair = torch.from_numpy(vectors[tested]) @ weight.T + bias
            total[tested] += log_odds_of(pair).numpy() / len(IMAGE_BRANCHES)
    return total
