"""Exhaustive search for the template in a scan: 81 rotations and scales, every translation at once by FFT."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import torch
from nibabel.affines import from_matvec
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray
from torch import Tensor

from adcore.prepare.template import CENTRE_MM, load_template
from adcore.prepare.volume import Volume, sample, transform_points

SIDE = 44
"""Voxels along each axis of the search grid: 352 mm, enough for a head and the shifts of the template within it."""

STEP_MM = 8.0
ANGLES_DEGREES = (-20.0, 0.0, 20.0)
SCALES = (0.88, 1.0, 1.14)
BATCH = 27
"""Poses transformed together, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class _Bank:
    """The template in every pose: its spectrum, the spectrum of its mask, and the voxel count of the mask (81, 1, 1, 1)."""

    poses: list[NDArray[np.float64]]
    template: Tensor
    mask: Tensor
    count: Tensor


def search(volume: Volume, keep: int) -> list[NDArray[np.float64]]:
    """The most promising positions of the template in a scan.

    Each of 81 poses (rotations about three axes, scales) is compared with the scan at every translation by masked normalised
    cross-correlation in the Fourier domain (Padfield 2012, IEEE Trans Image Process 21:2706).

    Args:
        volume: the scan at about 8 mm.
        keep: how many to return.
    Returns:
        (4, 4) MNI millimetres to scan millimetres, best first.
    """
    bank = pose_bank()
    scan = _on_grid(volume.values[None], volume.affine, np.eye(3), volume.centre_mm)[0]
    spectrum, spectrum_of_squares = _rfft(scan).conj(), _rfft(scan * scan).conj()
    found: list[tuple[float, NDArray[np.float64]]] = []
    for start in range(0, len(bank.poses), BATCH):
        batch = slice(start, start + BATCH)
        count = bank.count[batch]
        product_ = _irfft((bank.template[batch] * spectrum).conj())
        total = _irfft((bank.mask[batch] * spectrum).conj())
        squares = _irfft((bank.mask[batch] * spectrum_of_squares).conj())
        spread = (squares - total * total / count).clamp_min(0).sqrt()
        correlation = product_ / (spread + 1e-3 * count.sqrt() * scan.std())  # a floor, so that air scores zero
        scores, places = correlation.flatten(1).max(dim=1)
        for pose, score, place in zip(bank.poses[batch], scores.tolist(), places.tolist(), strict=True):
            shift = np.array(np.unravel_index(place, (SIDE,) * 3))
            shift = np.where(shift >= SIDE // 2, shift - SIDE, shift) * STEP_MM
            found.append((score, from_matvec(pose, shift + volume.centre_mm - pose @ CENTRE_MM)))
    found.sort(key=lambda item: -item[0])
    return [matrix for _, matrix in found[:keep]]


@lru_cache(maxsize=1)
def pose_bank() -> _Bank:
    """The spectra of the template in all 81 poses (57 MB), built once per process."""
    level = load_template().levels[8]
    angles = np.deg2rad(ANGLES_DEGREES)
    poses = [scale * euler2mat(z, y, x) for x, y, z, scale in product(angles, angles, angles, SCALES)]
    both = torch.stack([level.image.values, level.brain.float()])
    posed = torch.stack([_on_grid(both, level.image.affine, np.linalg.inv(pose), CENTRE_MM) for pose in poses])
    masks = (posed[:, 1] > 0.5).float()  # (81, SIDE, SIDE, SIDE)
    count = masks.sum(dim=(1, 2, 3), keepdim=True)
    images = posed[:, 0] * masks
    images -= images.sum(dim=(1, 2, 3), keepdim=True) / count * masks
    images /= images.square().sum(dim=(1, 2, 3), keepdim=True).sqrt()
    return _Bank(poses, _rfft(images), _rfft(masks), count)


def _on_grid(
    channels: Tensor, affine: NDArray[np.float64], matrix: NDArray[np.float64], centre_mm: NDArray[np.float64]
) -> Tensor:
    """Resample volumes to the search grid, transformed by `matrix` about `centre_mm`.

    Args:
        channels: (C, X, Y, Z), voxel indices to millimetres by `affine`.
    Returns:
        (C, SIDE, SIDE, SIDE); 0 outside the volume.
    """
    axis = (torch.arange(SIDE) - SIDE // 2) * STEP_MM
    grid = torch.cartesian_prod(axis, axis, axis)
    values, _ = sample(channels, transform_points(grid, np.linalg.inv(affine) @ from_matvec(matrix, centre_mm)))
    return values.reshape(-1, SIDE, SIDE, SIDE)


def _rfft(image: Tensor) -> Tensor:
    return torch.fft.rfftn(image, dim=(-3, -2, -1))


def _irfft(spectrum: Tensor) -> Tensor:
    return torch.fft.irfftn(spectrum, s=(SIDE,) * 3, dim=(-3, -2, -1))
