"""What the frozen part of a backbone makes of every plane, computed once."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from adcore.cohorts.cohort import Cohort
from adcore.networks.backbones import Backbone
from adcore.training.augment import Augmentation, augment


@dataclass(frozen=True, eq=False)
class StemCache:
    """Stem maps of a cohort, float16 to fit in memory.

    Attributes:
        plain: (S, N, C, h, w) of the planes as they are.
        changed: (V, S, N, C, h, w) of V augmented copies.
        means: (1 + V, S, N, F), spatial means of the last maps of the pretrained network, plain planes first.
    """

    plain: Tensor
    changed: Tensor
    means: Tensor


@torch.inference_mode()
def cache_stem(
    backbone: Backbone, cohort: Cohort, mask: NDArray[np.bool_], variants: int, settings: Augmentation, seed: int
) -> StemCache:
    """Run the stem over every plane, plain and in `variants` augmented copies."""
    generator = torch.Generator().manual_seed(seed)
    planes = torch.from_numpy(cohort.planes)
    outline = torch.from_numpy(mask.copy()).unsqueeze(1)
    backbone.eval()

    def run(images: Tensor) -> Tensor:
        return backbone.stem_maps(images.contiguous(memory_format=torch.channels_last)).half()

    plain, changed = [], []
    for stack in tqdm(planes, desc="stem maps", disable=None):
        images = stack.unsqueeze(1)
        plain.append(run(images))
        changed.append(torch.stack([run(augment(images, outline, settings, generator)) for _ in range(variants)]))
    maps = torch.stack(plain), torch.stack(changed, dim=1)
    means = torch.stack([plane_means(backbone.last_block, copies) for copies in (maps[0], *maps[1])])
    return StemCache(*maps, means)


@torch.inference_mode()
def plane_means(block: nn.Module, maps: Tensor) -> Tensor:
    """Spatial means (S, N, F) of a block's output, of stem maps (S, N, C, h, w)."""
    block.eval()
    return torch.stack([block(person.float()).mean((2, 3)) for person in maps])
