"""Distance of a scan's image features from those of the training participants. Knows no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.model.weights import load_tensors, save_tensors

TRAINING_DISTANCE_FILE = "training_distance.safetensors"

COMPONENTS = 20
"""Principal components that are counted one by one; the residual is counted as a whole."""


@dataclass(frozen=True, eq=False)
class TrainingDistance:
    """The training participants' features: their mean, their principal components, and the size of the residual.

    A scan can be out of distribution in two ways: farther along the components than the participants (Hotelling's T squared), or
    outside their span (the residual Q of Jackson and Mudholkar 1979, Technometrics 21:341). The distance
    weights both equally.

    Attributes:
        mean: float32 (F,), of scan_features.
        scale: float32 (F,), by which features are divided: each branch's own spread, so that both count equally.
        components: float32 (K, F), orthonormal.
        variances: float32 (K,), of the participants along each.
        rest: float32 (1,), mean squared length of the residual, of participants not fitted on.
    """

    mean: Tensor
    scale: Tensor
    components: Tensor
    variances: Tensor
    rest: Tensor

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Distances (S,) of scan_features (S, F); about 1 for participants like those trained on."""
        along, left = self.components_and_residual(features)
        distances: NDArray[np.float64] = np.sqrt((along + left / float(self.rest)) / 2)
        return distances

    def components_and_residual(self, features: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The mean squared standardised coordinate along the components, and the squared length of the residual, both (S,)."""
        centred, components = (features - self.mean.numpy()) / self.scale.numpy(), self.components.numpy()
        along = centred @ components.T
        left = np.square(centred - along @ components).sum(axis=1)
        return np.mean(along**2 / self.variances.numpy(), axis=1).astype(np.float64), left.astype(np.float64)

    def save(self, folder: Path) -> str:
        """Write into a model folder; return the file's sha256."""
        return save_tensors(vars(self), folder / TRAINING_DISTANCE_FILE)

    @classmethod
    def load(cls, folder: Path, sha256: str) -> Self:
        """Read from a model folder.

        Args:
            sha256: of the file, from the model's card.
        Raises:
            ModelError: the file is missing, altered or of another kind.
        """
        return load_tensors(folder / TRAINING_DISTANCE_FILE, sha256, lambda tensors: cls(**tensors))


def scan_features(means: Mapping[Branch, Tensor]) -> NDArray[np.float32]:
    """Both image branches' features of one scan, averaged over its slices, (F,).

    Args:
        means: (1, N, C) by image branch, as adcore.networks.late_fusion.ScanFeatures has them.
    """
    features: NDArray[np.float32] = torch.cat([means[branch][0].mean(dim=0) for branch in IMAGE_BRANCHES]).numpy()
    return features


def fit_training_distance(features: NDArray[np.float32], sizes: tuple[int, ...], rest: float | None = None) -> TrainingDistance:
    """Fit to participants' features.

    Args:
        features: (S, F), one row a participant.
        sizes: features of each branch, which add up to F.
        rest: of participants not fitted on; where None, of these participants themselves, which is too small.
    """
    mean = features.mean(axis=0)
    by_branch = np.split(features - mean, np.cumsum(sizes)[:-1], axis=1)
    scale = np.concatenate([np.full(one.shape[1], np.sqrt(np.square(one).sum(axis=1).mean())) for one in by_branch])
    centred = ((features - mean) / scale).astype(np.float64)
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    count = min(COMPONENTS, len(features) // 4)
    left = np.square(lengths[count:]).sum() / len(features)
    arrays = mean, scale, directions[:count], np.square(lengths[:count]) / (len(features) - 1), [rest or left]
    return TrainingDistance(*(torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32)) for array in arrays))
