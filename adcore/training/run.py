"""A whole training run: pretraining, cross-validation by person, and the model that ships; each finished step is kept."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedShuffleSplit
from torch import Tensor

from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort, person_folds, refuse_shared_people
from adcore.networks.backbones import Backbone
from adcore.networks.clinical_mlp import encode
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.prepare.planes import PlaneConfig, plane_mask
from adcore.training.checkpoint import load_checkpoint, save_checkpoint
from adcore.training.finetune import FinetuneConfig, Targets, finetune
from adcore.training.fuse import FuseConfig, fuse, masks_by_inputs
from adcore.training.pretrain import PretrainConfig, pretrain
from adcore.training.stem_cache import cache_stem, plane_means

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a run's result, apart from the data.

    Attributes:
        folds: outer folds; every labelled person is tested once.
        inner_share: share of the training people that early stopping watches instead of learning from.
        seed: of the split, the inner split and everything drawn.
    """

    pretrain: dict[Branch, PretrainConfig] = field(
        default_factory=lambda: {
            Branch.VGG16: PretrainConfig(epochs=(20, 8)),
            Branch.RESNET50: PretrainConfig(epochs=(40, 14), learning_rate=3e-4),
        }
    )
    finetune: FinetuneConfig = FinetuneConfig()
    fuse: FuseConfig = FuseConfig()
    folds: int = 5
    inner_share: float = 0.2
    seed: int = 20260101


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """What a run yields.

    Attributes:
        network: trained on all labelled people.
        folds: one row a labelled person: subject, fold, label, and `logit_<inputs>_<branch>` from a model that never saw them.
        fold_people: for each fold, the people it was trained on, stopped on and tested on.
    """

    network: LateFusionNetwork
    folds: pd.DataFrame
    fold_people: list[dict[str, list[str]]]


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of the labelled cohort: learned from, watched by early stopping, tested."""

    name: str
    fit: NDArray[np.intp]
    stop: NDArray[np.intp]
    test: NDArray[np.intp]


def train(cohort: Cohort, planes: PlaneConfig, config: TrainConfig, folder: Path) -> TrainedModel:
    """Train on a cohort, going on from whatever an earlier run with the same settings finished.

    Args:
        cohort: labelled people, and others for pretraining.
        folder: holds checkpoints; outside the repository.
    Raises:
        LeakageError: someone stands on both sides of a split.
    """
    mask = plane_mask(planes)
    labelled, others = cohort.labelled(), cohort.unlabelled()
    refuse_shared_people(others.table["person"].to_numpy(), labelled.table["person"].to_numpy())
    splits = _splits(labelled, config)
    parts: dict[Branch, dict[str, BranchPart]] = {}
    backbones: dict[Branch, Backbone] = {}
    for branch in IMAGE_BRANCHES:
        backbones[branch] = pretrain(branch, others, mask, config.pretrain[branch], folder)
        parts[branch] = _tune_branch(branch, backbones[branch], labelled, mask, splits, config, folder)
    tables = []
    for split in splits:
        network = _assemble(backbones, {branch: parts[branch][split.name] for branch in IMAGE_BRANCHES}, labelled, split, config)
        if len(split.test):
            tables.append(
                _judge(network, {branch: parts[branch][split.name].means[0] for branch in IMAGE_BRANCHES}, labelled, split)
            )
    folds = pd.concat(tables).sort_values("subject").reset_index(drop=True)
    people = labelled.table["person"].to_numpy()
    fold_people = [
        {side: sorted(people[rows]) for side, rows in (("fit", split.fit), ("stop", split.stop), ("test", split.test))}
        for split in splits
        if len(split.test)
    ]
    return TrainedModel(network, folds, fold_people)


def _splits(labelled: Cohort, config: TrainConfig) -> list[Split]:
    """The outer folds, and last the split of everyone that the shipped network is trained on."""
    nobody = np.array([], dtype=np.intp)
    outer = [*person_folds(labelled, config.folds, config.seed), (np.arange(len(labelled)), nobody)]
    splits = []
    for number, (rows, test) in enumerate(outer):
        splitter = StratifiedShuffleSplit(1, test_size=config.inner_share, random_state=config.seed)
        fit, stop = next(splitter.split(rows, labelled.impaired[rows]))
        splits.append(Split(f"fold{number}" if len(test) else "final", rows[fit], rows[stop], test))
    return splits


@dataclass(frozen=True, eq=False)
class BranchPart:
    """One fine-tuned branch of one split.

    Attributes:
        last_block, pooling: state dicts.
        means: (2, S, N, C), spatial means of the last maps of every labelled person, of plain and of augmented planes.
    """

    last_block: dict[str, Tensor]
    pooling: dict[str, Tensor]
    means: Tensor


def _tune_branch(
    branch: Branch,
    backbone: Backbone,
    labelled: Cohort,
    mask: NDArray[np.bool_],
    splits: list[Split],
    config: TrainConfig,
    folder: Path,
) -> dict[str, BranchPart]:
    """Fine-tune a branch once a split; each finished one is kept in `<split>-<branch>.pt`."""
    parts, cache = {}, None
    for split in splits:
        path = folder / f"{split.name}-{branch}.pt"
        signature = repr((asdict(config), labelled.digest, split.fit.tolist(), split.stop.tolist()))
        state = load_checkpoint(path)
        if not state or state["signature"] != signature:
            augmentation = config.pretrain[branch].augmentation
            cache = cache or cache_stem(backbone, labelled, mask, config.finetune.variants, augmentation, config.seed)
            anatomy = torch.from_numpy(_standardised(labelled, ("age_years", "nwbv"), split.fit))
            targets = Targets(torch.from_numpy(labelled.impaired.astype(np.int64)), anatomy)
            logger.info("%s %s", split.name, branch)
            tuned = finetune(branch, backbone.last_block, cache, targets, split.fit, split.stop, config.finetune, config.seed)
            means = torch.stack([plane_means(tuned.last_block, maps) for maps in (cache.plain, cache.changed[0])])
            state = {
                "last_block": tuned.last_block.state_dict(),
                "pooling": tuned.pooling.state_dict(),
                "means": means,
                "signature": signature,
            }
            save_checkpoint(path, state)
        parts[split.name] = BranchPart(state["last_block"], state["pooling"], state["means"])
    return parts


def _assemble(
    backbones: dict[Branch, Backbone], parts: dict[Branch, BranchPart], labelled: Cohort, split: Split, config: TrainConfig
) -> LateFusionNetwork:
    """Put the tuned branches together and train clinical branch and fusion on their vectors."""
    network = LateFusionNetwork()
    vectors = []
    for branch, part in parts.items():
        image = network.image_branch(branch)
        image.backbone.load_state_dict(backbones[branch].state_dict())
        image.backbone.last_block.load_state_dict(part.last_block)
        image.pooling.load_state_dict(part.pooling)
        with torch.no_grad():
            vectors.append(torch.stack([image.pooling.eval()(means).vector for means in part.means]))
    values, known = encode([labelled.record(row) for row in range(len(labelled))])
    fused = fuse(torch.cat(vectors, dim=2), values, known, labelled.impaired, split.fit, split.stop, config.fuse, config.seed)
    network.clinical.load_state_dict(fused.clinical.state_dict())
    network.fusion.load_state_dict(fused.fusion.state_dict())
    return network.eval()


@torch.inference_mode()
def _judge(network: LateFusionNetwork, means: dict[Branch, Tensor], labelled: Cohort, split: Split) -> pd.DataFrame:
    """`logit_<inputs>_<branch>` of the tested people; the clinical branch has no say on images alone."""
    values, known = encode([labelled.record(int(row)) for row in split.test])
    rows = torch.from_numpy(split.test)
    logits = {}
    for inputs, mask in masks_by_inputs(known).items():
        output = network.judge({branch: found[rows] for branch, found in means.items()}, values, mask)
        for name, pair in [("fused", output.fused), *((branch.value, pair) for branch, pair in output.branches.items())]:
            if (inputs, name) != ("images", Branch.CLINICAL.value):
                logits[f"logit_{inputs}_{name}"] = (pair[:, 1] - pair[:, 0]).double().numpy()
    return pd.DataFrame(
        {
            "subject": labelled.table["person"].to_numpy()[split.test],
            "fold": int(split.name.removeprefix("fold")),
            "label": labelled.impaired[split.test].astype(int),
            **logits,
        }
    )


def _standardised(cohort: Cohort, names: Sequence[str], fit: NDArray[np.intp]) -> NDArray[np.float32]:
    values = cohort.table[list(names)].to_numpy(dtype=np.float64)
    return ((values - values[fit].mean(axis=0)) / values[fit].std(axis=0)).astype(np.float32)
