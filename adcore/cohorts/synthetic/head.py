"""A synthetic whole-head scan with a known degree of atrophy, and the true volumes of its structures."""

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor
from torch.nn import functional

from adcore.case.scan import Scan, SourceFormat
from adcore.cohorts.synthetic import deformation
from adcore.cohorts.synthetic.acquisition import Acquisition, receive
from adcore.cohorts.synthetic.anatomy import CSF, GREY, WHITE, Anatomy, fluid_fraction, horn_degree, load_anatomy
from adcore.cohorts.synthetic.deformation import Degrees
from adcore.cohorts.synthetic.exterior import paint_exterior
from adcore.prepare.volume import sample, transform_points

WARNING = "This is a synthetic head made by the program, not a patient."

WHITE_UNITS = 700.0
"""Intensity of white matter in the scan's arbitrary units."""

VALLEY_MM = 5.0
VALLEYS = (1.9, 0.45)
"""Cortex becomes sulcus where it is darker than its surroundings (VALLEY_MM) by this many SD: at degree 0, at degree 1."""

GRAIN = 0.02
"""Standard deviation of the fine texture of tissue."""

POINT_STEP = 3
"""Displacements are smooth: they are computed for every third voxel along each axis and interpolated."""

TEMPLATE_SIZE = 1.0
"""Length relative to the template, whose intracranial volume of about 1,900 ml is that of a large head."""

LOWEST, HIGHEST = -0.5, 1.5
"""Range of the degree of atrophy within which the result resembles a head."""


@dataclass(frozen=True)
class StructureVolumes:
    """True volumes in millilitres, before the simulated acquisition."""

    lateral_ventricles: float
    left_hippocampus: float
    right_hippocampus: float


def make_head(atrophy: float | Degrees, seed: int, acquisition: Acquisition | None = None, size: float = TEMPLATE_SIZE) -> Scan:
    """Make a whole-head scan; the same arguments give the same scan.

    Args:
        atrophy: LOWEST to HIGHEST; 0 is the young adult template, 1 marked atrophy. Ventricles, temporal horns and sulci widen
            with it; the hippocampi and the whole brain shrink. One degree for all of them, or one each.
        seed: of the individual shape and of the noise.
        size: length relative to the template's, beside the individual differences.
    Raises:
        ValueError: the degree is out of range.
    """
    acquisition = acquisition or Acquisition()
    rng = np.random.default_rng(seed)
    degrees = Degrees.of(atrophy)
    own, template = _points(degrees, rng, acquisition, size)
    tissue = _paint(own, template, degrees).numpy().reshape(acquisition.shape)
    grain = gaussian_filter(rng.standard_normal(tissue.shape, dtype=np.float32), 0.7)
    voxels = WHITE_UNITS * receive(tissue * (1 + GRAIN * grain / grain.std()), acquisition, rng)
    affine = acquisition.affine()
    digest = hashlib.sha256(voxels.tobytes() + affine.tobytes()).hexdigest()
    return Scan(voxels, affine, SourceFormat.SYNTHETIC, digest, (WARNING,))


def true_volumes(atrophy: float, seed: int, acquisition: Acquisition | None = None) -> StructureVolumes:
    """True volumes of the head that make_head makes from the same arguments, measured on its deformed labels."""
    acquisition = acquisition or Acquisition()
    own, template = _points(Degrees.of(atrophy), np.random.default_rng(seed), acquisition)
    anatomy = load_anatomy()
    (ventricle, hippocampus), _ = sample(torch.from_numpy(np.stack([anatomy.ventricle, anatomy.hippocampus])), template)
    millilitres = float(np.prod(acquisition.spacing_mm)) / 1000
    left = own[:, 0] < 0
    return StructureVolumes(
        lateral_ventricles=float(ventricle.sum()) * millilitres,
        left_hippocampus=float(hippocampus[left].sum()) * millilitres,
        right_hippocampus=float(hippocampus[~left].sum()) * millilitres,
    )


def _points(
    degrees: Degrees, rng: np.random.Generator, acquisition: Acquisition, size: float = TEMPLATE_SIZE
) -> tuple[Tensor, Tensor]:
    """For every voxel, (n, 3): MNI millimetres in the head before atrophy, and voxel indices in the template brain."""
    if any(not LOWEST <= degree <= HIGHEST for degree in astuple(degrees)):
        raise ValueError(f"atrophy goes from {LOWEST} to {HIGHEST}, got {degrees}")
    nodes = [torch.linspace(0, n - 1, 2 + n // POINT_STEP) for n in acquisition.shape]
    scanner = transform_points(torch.cartesian_prod(*nodes), acquisition.affine())
    stretch = size * torch.from_numpy(rng.uniform(0.95, 1.05, 3).astype(np.float32))
    own = deformation.individual(rng)(scanner / stretch)
    atlas = deformation.atrophy(degrees)(own)
    coarse = torch.cat([own, transform_points(atlas, load_anatomy().from_mm)], dim=1)
    channels = coarse.T.reshape(1, 6, *(len(axis) for axis in nodes))
    fine = functional.interpolate(channels, acquisition.shape, mode="trilinear", align_corners=True)
    return fine[0, :3].flatten(1).T, fine[0, 3:].flatten(1).T


def _paint(own: Tensor, template: Tensor, degrees: Degrees) -> Tensor:
    """T1 intensity of a head, (n,), from the points of _points."""
    tissue, cranial = paint_exterior(own)
    intensity, left, share = sample(_brain(degrees.brain, degrees.horns), template[cranial])[0]
    fluid = fluid_fraction(-left)
    tissue[cranial] = torch.lerp(tissue[cranial], torch.lerp(intensity, torch.tensor(CSF), fluid), share)
    return tissue


@lru_cache(maxsize=2)
def _brain(sulci: float, horns: float) -> Tensor:
    """On the template's grid, (3, X, Y, Z): intensity, the degrees left until a voxel turns to fluid, share of brain."""
    anatomy = load_anatomy()
    degree = np.minimum(_sulcus_degree(anatomy) - sulci, horn_degree(anatomy.mesh()).astype(np.float32) - horns)
    degree -= 9 * np.clip(gaussian_filter(anatomy.ventricle, 0.7) * 2 - 0.9, 0, 1)  # ventricles contain only fluid
    return torch.from_numpy(np.stack([anatomy.intensity, degree, anatomy.brain]))


def _sulcus_degree(anatomy: Anatomy) -> NDArray[np.float32]:
    """Sulci widen where the template is darker than its surroundings; in an average of many subjects they look shallow."""
    mean = gaussian_filter(anatomy.intensity, VALLEY_MM)
    spread = np.sqrt(np.maximum(gaussian_filter(anatomy.intensity**2, VALLEY_MM) - mean**2, 0.05**2))
    valley = gaussian_filter((mean - anatomy.intensity) / spread, 0.5)
    degree = (VALLEYS[0] - valley) / (VALLEYS[0] - VALLEYS[1])
    return np.where(_cortex(anatomy) & (anatomy.intensity < (GREY + WHITE) / 2), degree, 9).astype(np.float32)


def _cortex(anatomy: Anatomy) -> NDArray[np.bool_]:
    """Rough mask of the cortex without the medial temporal lobe: dark valleys elsewhere are nuclei and ventricles."""
    x, y, z = anatomy.mesh()
    lateral, superior, frontal, occipital = np.abs(x) > 35, z > 32, y > 38, (y < -62) & (z > -12)
    cerebellum = (z < -18) & (y < -42)
    return np.asarray((lateral | superior | frontal | occipital) & ~cerebellum)
