"""Affine registration of a whole-head or skull-stripped scan to MNI152.

Forwards-additive Gauss-Newton (Baker and Matthews 2004, Int J Comput Vis 56:221) from several starting points. The template is
regressed on the scan times a linear gain field, which absorbs most of the bias field. The inverse-compositional form stalls on
real scans.
"""

from dataclasses import dataclass

import numpy as np
import torch
from nibabel.affines import from_matvec
from nibabel.eulerangles import euler2mat
from numpy.typing import NDArray
from scipy.linalg import polar
from scipy.ndimage import gaussian_filter
from torch import Tensor

from adcore.errors import RegistrationError
from adcore.prepare.coil import USUAL_GAIN, evened_by_depth, rim_at_template
from adcore.prepare.search import search
from adcore.prepare.template import CENTRE_MM, SCALE_MM, Level, load_template
from adcore.prepare.volume import Volume, pool, sample, transform_points
from adcore.words import beside, percent

FAILED_BELOW = 0.42
"""Correlation below which the registration has failed. Whole-head scans reach 0.56 to 0.63; rotated by 90 or 180 degrees against
their header, with inverted contrast, or with shuffled voxels they reach 0.10 to 0.40."""

CERTAIN_FROM = 0.45
"""Correlation below which the search is repeated from tilted starting points before the best fit is taken."""

WIDE_TILT_DEGREES = 35.0
"""Together with the 20 degrees of each search and the range of the refinement, tilts up to about 60 degrees are found."""

LEAST_COVERAGE = 0.4
"""Share of the template's brain in the field of view below which a registration is not trusted."""

FULL_COVERAGE = 0.9
"""Share of the template's brain in the field of view from which the score is not reduced."""

AIR = 0.1
"""Share of the maximum intensity below which a voxel counts as air and stays dark when the contrast is inverted."""

LOCAL_MM = 20.0
"""Standard deviation of the neighbourhood whose mean a flattened scan is divided by."""

SMALLEST_STEP_MM = 0.05


@dataclass(frozen=True, eq=False)
class Registration:
    """The position of the atlas in a scan.

    Attributes:
        atlas_to_scan: float64 (4, 4), MNI152 millimetres to the scan's RAS+ millimetres.
        correlation: between the template and the gain-corrected scan inside the template's brain, at 2 mm.
        coverage: share of the template's brain that the scan's field of view covers.
    """

    atlas_to_scan: NDArray[np.float64]
    correlation: float
    coverage: float

    @property
    def tilt_degrees(self) -> float:
        """The angle between the head and the axes given by the header."""
        rotation, _ = polar(self.atlas_to_scan[:3, :3])
        return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))))


def register(volume: Volume) -> Registration:
    """Find the position of the atlas in a scan.

    Args:
        volume: a T1-weighted scan of the whole or skull-stripped head, axes near right, anterior, superior.
    Raises:
        RegistrationError: no position fits.
    """
    fine = pool(volume, 2)
    fit = _place(fine, np.eye(4))
    if fit.correlation < CERTAIN_FROM:
        flat = _place(_flattened(fine), np.eye(4))
        fit = max(fit, flat, key=lambda candidate: candidate.score)
    if fit.correlation < CERTAIN_FROM:
        turned = (_place(fine, _turn(axis, degrees)) for axis in range(3) for degrees in (-WIDE_TILT_DEGREES, WIDE_TILT_DEGREES))
        fit = max([fit, *turned], key=lambda candidate: candidate.score)
    if fit.correlation < FAILED_BELOW or fit.coverage < LEAST_COVERAGE:
        raise RegistrationError(_why_failed(fine, fit))
    return Registration(fit.matrix, fit.correlation, fit.coverage)


def _flattened(fine: Volume) -> Volume:
    """The scan divided by its local mean, which removes even a bias field strong enough to hide the head, and much contrast."""
    values = fine.values.numpy()
    inside = (values > AIR * np.median(values[values > values.mean()])).astype(np.float32)
    seen, weight = (gaussian_filter(image, LOCAL_MM / 2) for image in (values * inside, inside))
    local = seen / np.maximum(weight, 1e-3)
    return Volume(torch.from_numpy(inside * np.clip(values / np.maximum(local, 1e-6), 0, 2)), fine.affine)


def _why_failed(fine: Volume, fit: "_Fit") -> str:
    """The sentence for a failed registration; recognises a T2, which registers once its contrast is inverted."""
    if fit.correlation >= FAILED_BELOW:
        return (
            f"Expected a scan of the whole head, but only {percent(fit.coverage)} of the brain lies in its field of view; "
            f"at least {percent(LEAST_COVERAGE)} is required. Use a scan of the whole head."
        )
    evened = _place(_flattened(evened_by_depth(fine)), np.eye(4))  # neither alone shows the search a head
    gain = rim_at_template(fine, evened.matrix)
    if evened.correlation >= FAILED_BELOW and gain > USUAL_GAIN:
        return (
            "Expected a scan with an even receive gain, but a brain is found only after evening it out: white matter near the "
            f"surface of the brain has {beside(gain, USUAL_GAIN, 2)} of the intensity of deep white matter (usual are up to "
            f"{USUAL_GAIN:g}), so the receive coil's sensitivity was not normalised. Use the normalised series (NORM, CLEAR, "
            "PURE or SCIC in its name or header)."
        )
    dark = fine.values.max() * AIR
    inverted = torch.where(fine.values > dark, fine.values.max() + dark - fine.values, fine.values)
    if _place(Volume(inverted, fine.affine), np.eye(4)).correlation >= FAILED_BELOW:
        return (
            "Expected a T1-weighted scan of the whole head, but this looks like a T2: a brain is found only after inverting the "
            "contrast, so its fluid is bright and its white matter dark. Use the T1-weighted series."
        )
    return (
        f"Expected a T1-weighted scan of the whole head, but no brain could be found (similarity to the atlas "
        f"{beside(fit.correlation, FAILED_BELOW, 2)}; at least {FAILED_BELOW:g} is required). Check that this is a T1-weighted "
        "scan of the head (not T2, FLAIR or proton density), normalised where a surface coil makes the rim several times "
        "brighter than the middle, and that its header gives the correct orientation."
    )


def _place(fine: Volume, turn: NDArray[np.float64]) -> "_Fit":
    """Search and refine from coarse to fine, starting around a head rotated by `turn`.

    Args:
        fine: the scan at about 2 mm.
        turn: (4, 4), scan millimetres to those after undoing the assumed rotation.
    """
    levels = load_template().levels
    middle = pool(fine, 4)
    coarse = pool(middle, 8)
    back = np.linalg.inv(turn)
    starts = [back @ start for start in search(Volume(coarse.values, turn @ coarse.affine), keep=8)]
    best = _refine_all(levels[8], coarse, starts, steps=8, linear_gain=False, keep=2)
    best = _refine_all(levels[4], middle, best, steps=4, keep=1)
    best = _refine_all(levels[4], middle, best, steps=15, keep=1)
    return _refine(_Problem(levels[2], fine), best[0], steps=5)


def _turn(axis: int, degrees: float) -> NDArray[np.float64]:
    angles = np.zeros(3)
    angles[2 - axis] = np.deg2rad(degrees)  # euler2mat takes z first
    return from_matvec(euler2mat(*angles))


@dataclass(frozen=True, eq=False)
class _Fit:
    """One position and the regression of the template on the scan there."""

    matrix: NDArray[np.float64]
    correlation: float
    coverage: float
    score: float
    residual: Tensor
    inside: Tensor
    columns: Tensor
    slopes: Tensor


class _Problem:
    """Registration of one level of the template to one resolution of a scan."""

    def __init__(self, level: Level, scan: Volume, linear_gain: bool = True) -> None:
        gradient = torch.gradient(scan.values)
        self._channels = torch.stack([scan.values, *gradient])
        self._to_voxels = np.linalg.inv(scan.affine)
        self._gradient_to_mm = torch.from_numpy(self._to_voxels[:3, :3].astype(np.float32))
        self._level = level
        ones = torch.ones(len(level.points_mm), 1)
        centred = (level.points_mm - torch.from_numpy(CENTRE_MM.astype(np.float32))) / SCALE_MM
        self._places = torch.cat([centred, ones], dim=1)  # (n, 4)
        self._gain_basis = torch.cat([ones, centred], dim=1) if linear_gain else ones
        self._scan_level = float(scan.values.abs().mean()) + 1e-12

    def fit(self, matrix: NDArray[np.float64]) -> _Fit:
        """Regress the template on the scan resampled by `matrix` times a gain field, plus a constant."""
        values, gradient, inside = self._look(matrix)
        target = self._level.values
        columns = torch.cat([self._gain_basis * values[:, None], torch.ones(len(values), 1)], dim=1)
        weighted = columns * inside[:, None]
        normal = (weighted.T @ columns).double()
        normal += 1e-6 * normal.diagonal().mean().clamp_min(1e-12) * torch.eye(len(normal), dtype=torch.float64)
        coefficients = torch.linalg.solve(normal, (weighted.T @ target).double()).float()
        residual = target - columns @ coefficients
        count = inside.sum().clamp_min(1)
        mean = (target * inside).sum() / count
        unexplained = (residual**2 * inside).sum() / ((target - mean) ** 2 * inside).sum().clamp_min(1e-12)
        coverage = float(inside.mean())
        explained = max(0.0, 1.0 - float(unexplained))
        gain = self._gain_basis @ coefficients[:-1]
        slopes = (gain[:, None] * gradient)[:, :, None] * self._places[:, None, :] * SCALE_MM  # (n, 3, 4)
        score = explained * min(1.0, coverage / FULL_COVERAGE)
        return _Fit(matrix, explained**0.5, coverage, score, residual, inside, columns, slopes.flatten(1))

    def _look(self, matrix: NDArray[np.float64]) -> tuple[Tensor, Tensor, Tensor]:
        """The scan's values (n,), gradient per millimetre (n, 3) and float coverage (n,) at the template's points."""
        read, inside = sample(self._channels, transform_points(self._level.points_mm, self._to_voxels @ matrix))
        read = read / self._scan_level
        return read[0], read[1:].T @ self._gradient_to_mm, inside.float()


def _refine_all(
    level: Level, scan: Volume, starts: list[NDArray[np.float64]], *, steps: int, keep: int, linear_gain: bool = True
) -> list[NDArray[np.float64]]:
    problem = _Problem(level, scan, linear_gain)
    fits = sorted((_refine(problem, start, steps) for start in starts), key=lambda fit: -fit.score)
    return [fit.matrix for fit in fits[:keep]]


def _refine(problem: _Problem, start: NDArray[np.float64], steps: int) -> _Fit:
    """Levenberg-Marquardt: a step is taken only if it raises the score; otherwise it is shortened."""
    fit, damping = problem.fit(start), 1e-3
    for _ in range(steps):
        better, step_mm, damping = _step(problem, fit, damping)
        if better is None:
            break
        fit = better
        if step_mm < SMALLEST_STEP_MM:
            break
    return fit


def _step(problem: _Problem, fit: _Fit, damping: float) -> tuple[_Fit | None, float, float]:
    jacobian = torch.cat([fit.slopes, fit.columns], dim=1)  # (n, 12 + gain terms)
    weighted = jacobian * fit.inside[:, None]
    normal = (weighted.T @ jacobian).double().numpy()
    gradient = (weighted.T @ fit.residual).double().numpy()
    diagonal = np.full(len(normal), 1e-6 * np.trace(normal))
    for _ in range(3):
        diagonal[:12] = damping * np.trace(normal[:12, :12]) / 12
        change = np.linalg.solve(normal + np.diag(diagonal + 1e-12), gradient)[:12].reshape(3, 4)
        delta = np.vstack([from_matvec(change[:, :3], SCALE_MM * change[:, 3] - change[:, :3] @ CENTRE_MM)[:3], np.zeros(4)])
        better = problem.fit(fit.matrix + delta)
        if better.score > fit.score:
            return better, float(np.linalg.norm(change)) * SCALE_MM, max(damping * 0.2, 1e-6)
        damping = max(damping * 10, 1e-3)
    return None, 0.0, damping
