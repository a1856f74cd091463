"""What the image branches see in the average unimpaired participant: the reference of relative saliency maps.

The gradient of a branch's answer passes through its projection, so that the last maps count only as far as it reads them:
VECTOR channels instead of hundreds hold the reference exactly.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.errors import ModelError
from adcore.model.weights import file_sha256
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
        save_file({name: tensor.half().contiguous() for name, tensor in tensors.items()}, folder / REFERENCE_MAPS_FILE)
        return file_sha256(folder / REFERENCE_MAPS_FILE)

    @classmethod
    def load(cls, folder: Path, sha256: str) -> Self:
        """Read from a model folder.

        Args:
            sha256: of the file, from the model's card.
        Raises:
            ModelError: the file is missing, altered or of another kind.
        """
        path = folder / REFERENCE_MAPS_FILE
        if not path.is_file() or file_sha256(path) != sha256:
            raise ModelError(f"The file {path.name} is missing or not the one the model's card names. Restore the model folder.")
        try:
            tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
            return cls({branch: tensors[branch.value] for branch in IMAGE_BRANCHES}, tensors[SLICES])
        except (SafetensorError, KeyError) as error:
            raise ModelError(f"The file {path.name} does not fit this version. Restore the model folder.") from error


def projected(branch: ImageBranch, maps: Tensor) -> Tensor:
    """The last maps (N, C, h, w) as the branch's projection reads them, (N, VECTOR, h, w), without its bias."""
    return torch.einsum("vc,nchw->nvhw", branch.pooling.project.weight, maps)
