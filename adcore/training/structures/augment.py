"""Random views of a labelled whole-head scan: other poses and shapes, scanners, resolutions and fields of view."""

from dataclasses import dataclass

import numpy as np
import torch
from monai.transforms.compose import Compose
from monai.transforms.intensity.array import RandAdjustContrast, RandBiasField, RandGaussianNoise, RandGaussianSmooth
from nibabel.affines import apply_affine, from_matvec
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from adcore.prepare.segmentation.network import GRID_SHAPE, grid_affine
from adcore.prepare.segmentation.structures import CLASSES, FLUID, OUTSIDE, labels_of, mirrored_labels
from adcore.prepare.template import CENTRE_MM
from adcore.training.structures.cases import Case
from adcore.training.structures.planted_view import PlantedAtrophy


@dataclass(frozen=True)
class HeadAugmentation:
    """Strength of each change. Poses are errors of the registration, since the network reads heads placed in the atlas.

    Attributes:
        turn_degrees, shift_mm, scale: largest error of pose, uniform; scale along each axis.
        warp_mm: standard deviation of a smooth displacement, drawn on a coarse lattice.
        contrast: largest change of a tissue's brightness, as a factor's distance from 1.
        thick_mm: slice thicknesses that are simulated along one axis.
        cut_mm: largest slab removed at one face of the field of view.
        bias: largest coefficient of the receive field's polynomial of degree 3.
        mirror, thick, cut, strip, planted: probability of each; planted is atrophy.
    """

    turn_degrees: float = 8.0
    shift_mm: float = 6.0
    scale: float = 0.10
    warp_mm: float = 2.5
    contrast: float = 0.15
    thick_mm: tuple[int, ...] = (4, 6)
    cut_mm: float = 60.0
    mirror: float = 0.5
    thick: float = 0.2
    cut: float = 0.25
    strip: float = 0.15
    bias: float = 0.3
    planted: float = 0.6


TISSUES = (
    FLUID,
    ("white matter", "corpus callosum"),
    ("deep grey matter",),
    ("brainstem",),
    ("cerebellum", "cerebellar vermis"),
    (
        "hippocampus",
        "amygdala",
        "parahippocampal gyrus",
        "temporal cortex",
        "frontal cortex",
        "parietal cortex",
        "occipital cortex",
        "cingulate cortex",
        "insula",
    ),
)
"""Structures whose brightness changes together: sequences differ in how they show a tissue, not a gyrus."""

LATTICE = (6, 7, 6)
"""Points of the coarse lattice on which smooth displacements are drawn: about 30 mm apart."""


class HeadAugmenter:
    """Draws views; the same seed gives the same view."""

    def __init__(self, config: HeadAugmentation) -> None:
        self._config = config
        affine = grid_affine()
        voxels = np.stack(np.meshgrid(*(np.arange(n) for n in GRID_SHAPE), indexing="ij"), axis=-1)
        self._points = torch.from_numpy(apply_affine(affine, voxels).astype(np.float32))
        self._mirrored = torch.tensor(mirrored_labels(), dtype=torch.long)
        self._scanner = Compose(
            [
                RandGaussianSmooth(sigma_x=(0.3, 0.8), sigma_y=(0.3, 0.8), sigma_z=(0.3, 0.8), prob=0.25),
                RandBiasField(degree=3, coeff_range=(0.0, config.bias), prob=0.5),
                RandAdjustContrast(gamma=(0.6, 1.6), prob=0.5),
                RandGaussianNoise(std=0.08, prob=0.5, sample_std=True),
            ]
        )

    def view(self, case: Case, seed: int) -> tuple[Tensor, Tensor]:
        """One random view.

        Returns:
            float32 (1, *GRID_SHAPE) as StructureNetwork reads it, and int64 (*GRID_SHAPE) labels.
        """
        random = np.random.default_rng(seed)
        mirror = random.random() < self._config.mirror
        atrophy = PlantedAtrophy.drawn(random) if random.random() < self._config.planted else None
        image, labels = self._look(case, self._pose(random, mirror), self._warp(random), atrophy)
        if mirror:
            labels = self._mirrored[labels]
        image = self._brightness(random, labels) * image
        image = self._resolution(random, image)
        scanned = self._scanner.set_random_state(seed=seed % 2**32)(image[None])
        image = torch.as_tensor(scanned).float()[0]
        image, labels = self._field_of_view(random, image, labels)
        return image[None], labels

    def plain(self, case: Case) -> tuple[Tensor, Tensor]:
        """The head without any change."""
        image, labels = self._look(case, np.eye(4), 0.0)
        return image[None], labels

    def _pose(self, random: np.random.Generator, mirror: bool) -> NDArray[np.float64]:
        config = self._config
        turn = euler2mat(*np.deg2rad(random.uniform(-1, 1, 3) * config.turn_degrees))
        scale = 1 + random.uniform(-1, 1, 3) * config.scale
        if mirror:
            scale[0] = -scale[0]
        matrix = turn @ np.diag(scale)
        shift = random.uniform(-1, 1, 3) * config.shift_mm
        return from_matvec(matrix, CENTRE_MM - matrix @ CENTRE_MM + shift)

    def _warp(self, random: np.random.Generator) -> Tensor | float:
        lattice = torch.from_numpy(random.normal(0, self._config.warp_mm, (1, 3, *LATTICE)).astype(np.float32))
        field = functional.interpolate(lattice, GRID_SHAPE, mode="trilinear", align_corners=True)
        return field[0].permute(1, 2, 3, 0)

    def _look(
        self, case: Case, pose: NDArray[np.float64], warp: Tensor | float, atrophy: PlantedAtrophy | None = None
    ) -> tuple[Tensor, Tensor]:
        """The head and its labels seen through a pose (4, 4) and a displacement (*GRID_SHAPE, 3), both in MNI millimetres."""
        shape = case.image.shape
        half = (np.array(shape) - 1) / 2
        to_unit = from_matvec(np.diag(1 / half), -np.ones(3)) @ case.atlas_to_voxels  # voxel 0 is -1, the last one 1
        points = _transformed(self._points, pose) + warp
        if atrophy is not None:
            points = atrophy.displacement()(points.reshape(-1, 3)).reshape(points.shape)
        grid = _transformed(points, to_unit).flip(-1)[None]  # grid_sample names the last axis first
        image = functional.grid_sample(case.image[None, None], grid, align_corners=True)[0, 0]
        labels = functional.grid_sample(case.labels.float()[None, None], grid, mode="nearest", align_corners=True)[0, 0].long()
        return (image, labels) if atrophy is None else atrophy.open_horns(image, labels, points)

    def _brightness(self, random: np.random.Generator, labels: Tensor) -> Tensor:
        factors = np.ones(CLASSES, dtype=np.float32)
        for tissue in TISSUES:
            factors[list(labels_of(*tissue))] += random.uniform(-1, 1) * self._config.contrast
        return torch.from_numpy(factors)[labels]

    def _resolution(self, random: np.random.Generator, image: Tensor) -> Tensor:
        if random.random() >= self._config.thick:
            return image
        window = [1, 1, 1]
        window[random.integers(3)] = int(random.choice(self._config.thick_mm)) // 2
        slices = functional.avg_pool3d(image[None, None], window, ceil_mode=True)
        return functional.interpolate(slices, image.shape, mode="trilinear", align_corners=False)[0, 0]

    def _field_of_view(self, random: np.random.Generator, image: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Cut image and labels alike: whatever is outside the image has no label, so the network does not learn to guess it."""
        if random.random() < self._config.strip:
            image = image * (labels != OUTSIDE)
        if random.random() < self._config.cut:
            axis, side = int(random.integers(3)), int(random.integers(2))
            count = int(random.uniform(0, self._config.cut_mm) / 2)
            start = 0 if side == 0 else image.shape[axis] - count
            for volume in (image, labels):
                volume.narrow(axis, start, count).zero_()
        return image, labels


def _transformed(points: Tensor, matrix: NDArray[np.float64]) -> Tensor:
    """Points (..., 3) through a matrix (4, 4)."""
    turned = points @ torch.from_numpy(matrix[:3, :3].T.astype(np.float32))
    return turned + torch.from_numpy(matrix[:3, 3].astype(np.float32))
