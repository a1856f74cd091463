"""What the image branches see in the average unimpaired participant: the reference of relative saliency maps.

The gradient of a branch's answer passes through its projection, so that the last maps count only as far as it reads them:
VECTOR channels instead of hundreds hold the reference exactly.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.model.weights import load_tensors, save_tensors
from adcore.networks.image_branch import ImageBranch

REFERENCE_MAPS_FILE = "reference_maps.safetensors"
SLICES = "slices"


@dataclass(frozen=True, eq=False)
class ReferenceMaps:
    """Means over unimpaired participants.

    Attributes:
        maps: (N, VECTOR, h, w) by image branch, the last maps as its projection reads them, without its bias.
        slices: (N, H, W), the slices that the networks read.
    """

    maps: dict[Branch, Tensor]
    slices: Tensor

    def save(self, folder: Path) -> str:
        """Write into a model folder in half precision; return the file's sha256."""
        tensors = {branch.value: maps for branch, maps in self.maps.items()} | {SLICES: self.slices}
        return save_tensors({name: tensor.half().contiguous() for name, tensor in tensors.items()}, folder / REFERENCE_MAPS_FILE)

    @classmethod
    def load(cls, folder: Path, sha256: str) -> Self:
        """Read from a model folder.

        Args:
            sha256: of the file, from the model's card.
        Raises:
            ModelError: the file is missing, altered or of another kind.
        """
        return load_tensors(folder / REFERENCE_MAPS_FILE, sha256, cls._of)

    @classmethod
    def _of(cls, tensors: dict[str, Tensor]) -> Self:
        return cls({branch: tensors[branch.value].float() for branch in IMAGE_BRANCHES}, tensors[SLICES].float())


def projected(branch: ImageBranch, maps: Tensor) -> Tensor:
    """The last maps (N, C, h, w) as the branch's projection reads them, (N, VECTOR, h, w), without its bias."""
    return torch.einsum("vc,nchw->nvhw", branch.pooling.project.weight, maps)
