"""Simulated acquisition: a tilted grid, uneven coil sensitivity, noise, and motion ghosts."""

from dataclasses import dataclass

import numpy as np
from nibabel.affines import from_matvec
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation


@dataclass(frozen=True)
class Acquisition:
    """How a synthetic head is scanned.

    Attributes:
        spacing_mm: voxel size along right-left, anterior-posterior, and inferior-superior.
        shape: number of voxels along the same axes.
        tilt_degrees: rotation of the grid about the same axes.
        centre_mm: MNI point at the centre of the field of view.
        bias: largest relative change of intensity due to uneven coil sensitivity.
        noise: standard deviation of each of the two receiver channels, as a share of white matter.
        ghosts: strength of the motion ghosts along anterior-posterior, 0 without motion.
    """

    spacing_mm: tuple[float, float, float] = (1.25, 1.1, 1.2)
    shape: tuple[int, int, int] = (150, 222, 188)
    tilt_degrees: tuple[float, float, float] = (5.0, -3.0, 2.0)
    centre_mm: tuple[float, float, float] = (1.0, -4.0, -14.0)
    bias: float = 0.15
    noise: float = 0.025
    ghosts: float = 0.0

    def affine(self) -> NDArray[np.float64]:
        """Voxel indices to scanner millimetres, (4, 4), axes left, posterior, superior, as many scanners store them."""
        axes = Rotation.from_euler("xyz", self.tilt_degrees, degrees=True).as_matrix() @ np.diag([-1.0, -1.0, 1.0])
        matrix = axes @ np.diag(self.spacing_mm)
        return from_matvec(matrix, np.array(self.centre_mm) - matrix @ ((np.array(self.shape) - 1) / 2))


def receive(tissue: NDArray[np.float32], acquisition: Acquisition, rng: np.random.Generator) -> NDArray[np.float32]:
    """Simulate the signal that the scanner records.

    Args:
        tissue: float32 (I, J, K), white matter near 1.
    Returns:
        float32 (I, J, K), not negative, with Rician noise (Gudbjartsson and Patz 1995).
    """
    signal = tissue * _sensitivity(tissue.shape, acquisition.bias, rng)
    if acquisition.ghosts:
        signal = _with_motion(signal, acquisition.ghosts, rng)
    real = signal + acquisition.noise * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = acquisition.noise * rng.standard_normal(signal.shape, dtype=np.float32)
    return np.sqrt(real**2 + imaginary**2)


def _sensitivity(shape: tuple[int, ...], strength: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """A smooth quadratic gain over the field of view, between 1 - strength and 1 + strength."""
    x, y, z = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in shape), indexing="ij", sparse=True)
    a, b, c, d, e, f = rng.uniform(-1, 1, 6).astype(np.float32)
    field = a * x + b * y + c * z + d * x * x + e * y * y + f * z * z
    return np.asarray(1 + strength * field / np.abs(field).max(), dtype=np.float32)


def _with_motion(signal: NDArray[np.float32], strength: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Nodding shifts some phase-encoding lines, which causes ghosts along the second axis (Zaitsev 2015)."""
    lines = np.fft.fft(signal, axis=1)
    frequency = np.fft.fftfreq(signal.shape[1])
    moved = rng.uniform(size=signal.shape[1]) < 0.45
    shift_voxels = strength * np.where(moved, rng.normal(0, 6, signal.shape[1]), 0)
    lines *= np.exp(-2j * np.pi * frequency * shift_voxels)[None, :, None]
    return np.abs(np.fft.ifft(lines, axis=1)).astype(np.float32)
