"""Training from labels on features of frozen backbones (branch heads, clinical branches, fusion), and its cross-validation."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort, person_folds
from adcore.cohorts.progress import with_progress
from adcore.model.calibration import NO_SCAN
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures, log_odds_of
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.networks.structures_branch import StructuresBranch, read_shares
from adcore.training.fuse import FuseConfig, FusionData, fuse, masks_by_inputs
from adcore.training.heads import HeadConfig, fit_head
from adcore.training.planted_pairs import PlantedPairs


@dataclass(frozen=True)
class FoldConfig:
    """Settings of the training on one fold; there are `folds` of them, and every labelled participant is tested once."""

    folds: int = 5
    head: HeadConfig = HeadConfig()
    fuse: FuseConfig = FuseConfig()


@dataclass(frozen=True, eq=False)
class Features:
    """Labelled participants as the heads read them.

    Attributes:
        scans, mirrored: features of slices, and of their mirror images.
        vectors: (S, VECTOR) by image branch, pooled, of slices as they are.
        images: (2, S, IMAGE_VECTOR), the fusion's input, of slices as they are and mirrored.
        values, known: coded clinical fields (S, F).
        labels: (S,), impaired or not.
        cohort: the participants.
        planted: (P, IMAGE_VECTOR), how planted atrophy changes other heads' image vectors; None where the training has none.
    """

    scans: ScanFeatures
    mirrored: ScanFeatures
    vectors: dict[Branch, Tensor]
    images: Tensor
    values: Tensor
    known: Tensor
    labels: NDArray[np.bool_]
    cohort: Cohort
    planted: Tensor | None = None

    @classmethod
    @torch.inference_mode()
    def of(
        cls,
        network: LateFusionNetwork,
        plain: ScanFeatures,
        mirrored: ScanFeatures,
        labelled: Cohort,
        planted: PlantedPairs | None = None,
    ) -> Self:
        """Pool the features of a cohort's slices and of their mirror images, and of other heads with planted atrophy."""
        images, outputs = network.image_vectors(plain)
        vectors = {branch: output.vector for branch, output in outputs.items()}
        values, known = network.encode([labelled.record(row) for row in range(len(labelled))])
        both = torch.stack([images, network.image_vectors(mirrored)[0]])
        changes = None if planted is None else planted.changes(network)
        return cls(plain, mirrored, vectors, both, values, known, labelled.impaired, labelled, changes)


def fit_labels(network: LateFusionNetwork, features: Features, rows: NDArray[np.intp], config: FoldConfig, seed: int) -> None:
    """Train heads and fusion on some of the labelled participants; the network is changed."""
    labels = features.labels[rows]
    for branch in IMAGE_BRANCHES:
        head = network.image_branch(branch).pooling.head
        weight, bias = fit_head(features.vectors[branch][rows].numpy(), labels, config.head, seed)
        head.weight.data.copy_(weight)
        head.bias.data.copy_(bias)
    images = features.images[:, rows].clone()
    data = FusionData(images, features.values[rows], features.known[rows], labels, features.planted)
    members = fuse(data, config.fuse, seed)
    network.members.load_state_dict(members.state_dict())
    shares = read_shares(features.images[0, rows, -len(SLICE_STRUCTURES) :])
    network.structures = StructuresBranch(*fit_head(shares.numpy(), labels, config.head, seed))
    network.eval()


def cross_validate(
    network: LateFusionNetwork, features: Features, config: FoldConfig, seed: int
) -> tuple[pd.DataFrame, list[dict[str, list[str]]]]:
    """Test every labelled participant once, by heads that never saw them.

    Returns:
        subject, fold, label, `logit_<inputs>_<branch>`; and the participants of each fold: fit, stop (nobody) and test.
    """
    participants = features.cohort.table["person"].to_numpy()
    tables, sides = [], []
    folds = with_progress(person_folds(features.cohort, config.folds, seed), "folds", config.folds)
    for number, (learning, tested) in enumerate(folds):
        fit_labels(network, features, learning, config, seed)
        tables.append(classify(network, features, tested).assign(fold=number))
        sides.append({"fit": sorted(participants[learning]), "stop": [], "test": sorted(participants[tested])})
    table = pd.concat(tables).sort_values("subject").reset_index(drop=True)
    first = ["subject", "fold", "label"]
    return table[[*first, *(name for name in table.columns if name not in first)]], sides


@torch.inference_mode()
def classify(network: LateFusionNetwork, features: Features, rows: NDArray[np.intp]) -> pd.DataFrame:
    """Log-odds of some participants for every set of inputs: with a scan, and of the fusion without one.

    The clinical branch has no log-odds on images alone, nor the fusion without any input.
    """
    logits: dict[str, NDArray[np.float64]] = {}
    scans = features.scans.rows(torch.from_numpy(rows))
    for inputs, mask in masks_by_inputs(features.known[rows]).items():
        output = network.classify(scans, features.values[rows], mask)
        for name, pair in [("fused", output.fused), *((branch.value, pair) for branch, pair in output.branches.items())]:
            if (inputs, name) != ("images", Branch.CLINICAL.value):
                logits[f"logit_{inputs}_{name}"] = _log_odds(pair)
        if inputs != "images":
            without_scan = network.classify(None, features.values[rows], mask)
            logits[f"logit_{NO_SCAN}{inputs}_fused"] = _log_odds(without_scan.fused)
    participants = features.cohort.table["person"].to_numpy()[rows]
    return pd.DataFrame({"subject": participants, "label": features.labels[rows].astype(int), **logits})


def _log_odds(pair: Tensor) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = log_odds_of(pair).double().numpy()
    return odds
