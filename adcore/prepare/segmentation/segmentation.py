"""The segmentation of one scan: labels on the atlas grid and on the scan's own grid, brain mask, volumes."""

from dataclasses import dataclass

import numpy as np
import torch
from nibabel.affines import from_matvec
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from adcore.prepare.segmentation.network import GRID_SPACING_MM, StructureNetwork
from adcore.prepare.segmentation.structures import FLUID, OUTSIDE, labels_of
from adcore.prepare.volume import block_between, resample

CLOSED = 3
"""Voxels of the closing that bridges sulci of up to 12 mm."""

LEAST = 0.1
"""Probability below which a structure is disregarded at a voxel, since few structures meet in one place."""


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Intracranial structures of one scan, on the structure network's grid in atlas space.

    Attributes:
        probabilities: float16 (CLASSES, X, Y, Z); voxels away from the largest connected component count as outside.
        labels: uint8 (X, Y, Z), classes of adcore.prepare.segmentation.structures.
        atlas_mm3: float64 (CLASSES,), volume of each class in atlas space: the sum of probabilities, so that border voxels count
            fractionally.
    """

    probabilities: Tensor
    labels: NDArray[np.uint8]
    atlas_mm3: NDArray[np.float64]

    @property
    def brain(self) -> NDArray[np.bool_]:
        """The brain mask, (X, Y, Z): tissue and ventricles, narrow sulci closed."""
        apart = np.isin(self.labels, (OUTSIDE, *labels_of("CSF")))
        closed = ndimage.binary_closing(np.pad(~apart, CLOSED), iterations=CLOSED)  # padded, so that the border does not erode
        whole: NDArray[np.bool_] = ndimage.binary_fill_holes(closed)[CLOSED:-CLOSED, CLOSED:-CLOSED, CLOSED:-CLOSED]
        return whole

    @property
    def tissue(self) -> NDArray[np.bool_]:
        """The brain without fluid, (X, Y, Z)."""
        tissue: NDArray[np.bool_] = ~np.isin(self.labels, (OUTSIDE, *labels_of(*FLUID)))
        return tissue

    def carried_to(self, shape: tuple[int, ...], to_grid: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Resample the labels to another grid: at each voxel, the class with the largest interpolated probability.

        Args:
            shape: of the other grid.
            to_grid: (4, 4), its voxel indices to voxel indices of the network's grid.
        """
        best = torch.ones(shape)  # probability of the outside class, the only one beyond the network's grid
        labels = torch.zeros(shape, dtype=torch.uint8)
        for label, probability in enumerate(self.probabilities):
            here = 1 - probability.float() if label == OUTSIDE else probability.float()
            block = self._block_around(here > LEAST, to_grid, shape)
            size = tuple(span.stop - span.start for span in block)
            if min(size) < 2:
                continue
            read = resample(here, to_grid @ from_matvec(np.eye(3), [span.start for span in block]), size)
            if label == OUTSIDE:
                best[block] = 1 - read
                continue
            labels[block].masked_fill_(read > best[block], label)
            torch.maximum(best[block], read, out=best[block])
        return labels.numpy()

    def at(self, voxels: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The label of the voxel nearest to each point.

        Args:
            voxels: (..., 3), fractional voxel indices of the network's grid.
        """
        nearest = np.rint(voxels).astype(int)
        inside = np.all((nearest >= 0) & (nearest < self.labels.shape), axis=-1)
        found = self.labels[tuple(np.moveaxis(np.where(inside[..., None], nearest, 0), -1, 0))]
        labels: NDArray[np.uint8] = np.where(inside, found, OUTSIDE).astype(np.uint8)
        return labels

    @staticmethod
    def _block_around(where: Tensor, to_grid: NDArray[np.float64], shape: tuple[int, ...]) -> tuple[slice, slice, slice]:
        found = [where.any(dim=other[0]).any(dim=other[1]).nonzero().ravel() for other in ((2, 1), (2, 0), (1, 0))]
        if not len(found[0]):
            return slice(0, 0), slice(0, 0), slice(0, 0)
        low, high = (np.array([float(axis[end]) for axis in found]) for end in (0, -1))
        return block_between(low - 1, high + 1, np.linalg.inv(to_grid), shape)


@torch.inference_mode()
def segment(evened: Tensor, network: StructureNetwork) -> Segmentation:
    """Segment a scan.

    Args:
        evened: (X, Y, Z), the bias-corrected scan on the network's grid, white matter near 1.
    """
    probabilities = network(evened[None, None])[0].softmax(dim=0)
    labels = probabilities.max(dim=0).indices.to(torch.uint8).numpy()  # argmax takes three times as long
    apart = torch.from_numpy(_far_from_largest_component(labels != OUTSIDE))
    probabilities[1:, apart] = 0
    probabilities[OUTSIDE, apart] = 1
    labels[apart.numpy()] = OUTSIDE
    voxels = probabilities.flatten(1).sum(dim=1).double().numpy()  # pairwise summation: float32 is accurate to 1e-7
    return Segmentation(probabilities.half(), labels, voxels * GRID_SPACING_MM**3)


def _far_from_largest_component(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask of the voxels more than one away from the largest connected component; all voxels where there is none."""
    components, count = ndimage.label(inside)
    if not count:
        return np.ones_like(inside)
    sizes = np.bincount(components.ravel())
    sizes[0] = 0
    far: NDArray[np.bool_] = ~ndimage.binary_dilation(components == sizes.argmax())
    return far
