"""Rigid registration of all visits of one patient to their mean, so that no visit is favoured.

Every visit is moved towards the mean of all by robust Gauss-Newton steps, and the steps are centred so that the visits do not
drift together (the unbiased template of Reuter et al. 2012, NeuroImage 61:1402, with Tukey's biweight against true change).
Exchanging visits exchanges their poses and changes nothing else. Only the brain is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from torch import Tensor

from adcore.longitudinal.pose import mean_pose, rigid_component, step
from adcore.longitudinal.visit_image import VisitImage
from adcore.prepare.template import CENTRE_MM, SCALE_MM
from adcore.prepare.volume import Volume, dice, pool, sample, transform_points

BOX_MM = ((-88, 89), (-132, 101), (-96, 105))
"""Box of the brain in the upright head's coordinates: MNI152's brain and a tenth more on every side."""

POINT_MM = 2
LEVELS_MM = (4.0, 2.0, 1.0)
"""Resolutions of the scans, from coarse to fine; the points stay the same."""

ROUNDS = 12
SETTLED_MM = 0.002
TUKEY = 4.685
"""In robust standard deviations: 95% efficient where the residuals are normal."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """The pose of each visit in the common space.

    The common space is upright like the atlas but in the patient's own millimetres: the mean of the visits' registrations to
    the atlas.

    Attributes:
        poses: for each visit float64 (4, 4), rigid: common millimetres to the scan's RAS+ millimetres.
        gains: float64 (V, 4), the linear factor that matches each visit's intensities to the others'; see `factor`.
        similarity: lowest correlation of two visits' intensities inside the brain at 2 mm; 1 for a single visit.
        overlap: lowest Dice overlap of two visits' brain masks; 1 for a single visit.
    """

    poses: tuple[NDArray[np.float64], ...]
    gains: NDArray[np.float64]
    similarity: float
    overlap: float

    def factor(self, visit: int, points_mm: NDArray[np.floating]) -> NDArray[np.float64]:
        """Factor of a visit's bias-corrected intensities at common points (n, 3)."""
        factor: NDArray[np.float64] = 1 + _basis(points_mm) @ self.gains[visit]
        return factor


def align_visits(visits: Sequence[VisitImage]) -> Alignment:
    """Register one or more visits of one patient to their mean.

    Rigid, without scaling: true atrophy must not be scaled away.
    """
    first = [rigid_component(visit.atlas_to_scan, CENTRE_MM) for visit in visits]
    points = _brain_points(visits, first)
    poses, gains = list(first), np.zeros((len(visits), 4))
    for spacing in LEVELS_MM:
        problem = _Problem([pool(visit.head, spacing) for visit in visits], visits, points)
        poses, gains = problem.settle(poses, gains)
    middle = np.linalg.inv(mean_pose([np.linalg.inv(start) @ pose for start, pose in zip(first, poses, strict=True)]))
    poses = [pose @ middle for pose in poses]
    points = torch.from_numpy(apply_affine(np.linalg.inv(middle), points.numpy()).astype(np.float32))
    similarity, overlap = _similarity_and_overlap(visits, poses, points)
    return Alignment(tuple(poses), gains, similarity, overlap)


def _brain_points(visits: Sequence[VisitImage], poses: Sequence[NDArray[np.float64]]) -> Tensor:
    """Common millimetres (n, 3) of the points inside the majority brain mask."""
    points = torch.cartesian_prod(*(torch.arange(low, high, POINT_MM, dtype=torch.float32) for low, high in BOX_MM))
    shares = [visit.brain_at(transform_points(points, pose)) for visit, pose in zip(visits, poses, strict=True)]
    return points[torch.stack(shares).mean(dim=0) > 0.5]


def _basis(points_mm: NDArray[np.floating]) -> NDArray[np.float64]:
    """1, x, y, z of centred, scaled points, (n, 4)."""
    return np.hstack([np.ones((len(points_mm), 1)), (points_mm - CENTRE_MM) / SCALE_MM])


class _Problem:
    """All visits at one resolution."""

    def __init__(self, heads: Sequence[Volume], visits: Sequence[VisitImage], points: Tensor) -> None:
        self._visits, self._points = visits, points
        self._channels = [torch.stack([head.values, *torch.gradient(head.values)]) for head in heads]
        self._to_voxels = [np.linalg.inv(head.affine) for head in heads]
        self._basis = torch.from_numpy(_basis(points.numpy()).astype(np.float32))
        self._lever = points - torch.from_numpy(CENTRE_MM.astype(np.float32))

    def settle(
        self, poses: list[NDArray[np.float64]], gains: NDArray[np.float64]
    ) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        """Iterate until convergence."""
        for _ in range(ROUNDS):
            twists, changes = self._steps(poses, gains)
            twists, changes = twists - twists.mean(axis=0), changes - changes.mean(axis=0)
            poses = [pose @ step(twist, CENTRE_MM) for pose, twist in zip(poses, twists, strict=True)]
            gains = gains + changes
            if np.abs(twists * [*[SCALE_MM] * 3, *[1.0] * 3]).max() < SETTLED_MM:
                break
        return poses, gains

    def _steps(self, poses: list[NDArray[np.float64]], gains: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
        """Twists (V, 6) and changes of gain (V, 4) that move every visit towards the mean of all."""
        sampled = [self._sample(visit, pose) for visit, pose in enumerate(poses)]
        factors = [1 + self._basis @ torch.from_numpy(gain.astype(np.float32)) for gain in gains]
        corrected = torch.stack([factor * values for factor, (values, _, _) in zip(factors, sampled, strict=True)])
        inside = torch.stack([covered for _, _, covered in sampled]).all(dim=0)
        residuals = corrected.mean(dim=0) - corrected
        spread = 1.4826 * float(residuals[:, inside].abs().median()) + 1e-6
        weights = (1 - (residuals / (TUKEY * spread)) ** 2).clamp_min(0) ** 2 * inside
        solutions = []
        for factor, (values, gradient, _), residual, weight in zip(factors, sampled, residuals, weights, strict=True):
            turns = torch.cross(self._lever, gradient, dim=1)
            jacobian = torch.cat([factor[:, None] * turns, factor[:, None] * gradient, values[:, None] * self._basis], dim=1)
            weighted = jacobian * weight[:, None]
            normal = (weighted.T @ jacobian).double().numpy()
            scale = np.sqrt(np.diag(normal) + 1e-12)
            normal = normal / np.outer(scale, scale) + 1e-9 * np.eye(len(normal))
            solutions.append(np.linalg.solve(normal, (weighted.T @ residual).double().numpy() / scale) / scale)
        steps = np.array(solutions)
        return steps[:, :6], steps[:, 6:]

    def _sample(self, visit: int, pose: NDArray[np.float64]) -> tuple[Tensor, Tensor, Tensor]:
        """Bias-corrected values (n,), their gradient per common millimetre (n, 3), and whether points lie in the scan (n,)."""
        scanner = transform_points(self._points, pose)
        read, inside = sample(self._channels[visit], transform_points(scanner, self._to_voxels[visit]))
        read = read / torch.from_numpy(self._visits[visit].gain_at(scanner.numpy()))
        to_common = torch.from_numpy((self._to_voxels[visit][:3, :3] @ pose[:3, :3]).astype(np.float32))
        return read[0], read[1:].T @ to_common, inside


def _similarity_and_overlap(
    visits: Sequence[VisitImage], poses: Sequence[NDArray[np.float64]], points: Tensor
) -> tuple[float, float]:
    """Lowest similarity and lowest overlap of two visits."""
    problem = _Problem([pool(visit.head, POINT_MM) for visit in visits], visits, points)
    values = [problem._sample(visit, pose)[0].numpy() for visit, pose in enumerate(poses)]
    everywhere = torch.cartesian_prod(*(torch.arange(low, high, POINT_MM, dtype=torch.float32) for low, high in BOX_MM))
    masks = [visit.brain_at(transform_points(everywhere, pose)).numpy() > 0.5 for visit, pose in zip(visits, poses, strict=True)]
    pairs = list(combinations(range(len(visits)), 2))
    similarity = min((float(np.corrcoef(values[a], values[b])[0, 1]) for a, b in pairs), default=1.0)
    return similarity, min((dice(masks[a], masks[b]) for a, b in pairs), default=1.0)
