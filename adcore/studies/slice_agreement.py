"""Agreement of slices from whole-head scans with those of the training cohort: means and histograms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, slice_mask

AGE_WIDTH_YEARS = 3.0
"""Standard deviation of the Gaussian that weights a cohort's participants for a scan of a given age."""

BINS = 75


@dataclass(frozen=True, eq=False)
class SliceAgreement:
    """Mean slices of whole-head scans and of a cohort weighted to the same ages.

    Attributes:
        heads, cohort: float32 (N, H, W), mean slices.
        mask: bool (N, H, W), the outline outside which both are blank.
        participants: number of whole-head scans.
        cohort_participants: effective sample size of the cohort: 1 over the sum of squared weights.
        mean_age, cohort_mean_age: years, weighted.
        edges: (BINS + 1,) intensities.
        heads_density, cohort_density: (BINS,) of the intensities inside the outline, mean over participants.
        unmirrored: number of scans that correlate better with the cohort's mean than with its mirror image.
    """

    heads: NDArray[np.float32]
    cohort: NDArray[np.float32]
    mask: NDArray[np.bool_]
    participants: int
    cohort_participants: float
    mean_age: float
    cohort_mean_age: float
    edges: NDArray[np.float64]
    heads_density: NDArray[np.float64]
    cohort_density: NDArray[np.float64]
    unmirrored: int

    @property
    def inside(self) -> float:
        """Correlation of the mean slices inside the outline."""
        return _correlation(self.heads, self.cohort, self.mask)

    @property
    def whole(self) -> float:
        """Correlation over the whole images, black surroundings included."""
        return _correlation(self.heads, self.cohort, np.ones_like(self.mask))

    @property
    def by_slice(self) -> list[float]:
        """Correlation inside the outline by slice, each with its own mean; posterior first."""
        return [_correlation(*slices) for slices in zip(self.heads, self.cohort, self.mask, strict=True)]


def compare_slices(heads: NDArray[np.float32], ages: NDArray[np.float64], cohort: Cohort, config: SliceConfig) -> SliceAgreement:
    """Compare whole-head scans with a cohort's participants of the same ages.

    Args:
        heads: (S, N, H, W), slices of prepared scans.
        ages: (S,) years.
        cohort: unimpaired participants, one session each.
    Raises:
        CohortError: one of the two groups is empty.
    """
    if not len(heads) or not len(cohort):
        raise CohortError(f"Expected scans in both groups, got {len(heads)} whole heads and {len(cohort)} of the cohort.")
    mask = slice_mask(config)
    weights = age_weights(cohort.table["age_years"].to_numpy(), ages)
    reference = np.tensordot(weights, cohort.slices, axes=1).astype(np.float32)
    mirrored = reference[:, :, ::-1]
    both = mask & mask[:, :, ::-1]
    edges = np.linspace(0.0, config.ceiling, BINS + 1)
    return SliceAgreement(
        heads=heads.mean(axis=0, dtype=np.float64).astype(np.float32),
        cohort=reference,
        mask=mask,
        participants=len(heads),
        cohort_participants=float(1 / np.sum(weights**2)),
        mean_age=float(ages.mean()),
        cohort_mean_age=float(weights @ cohort.table["age_years"].to_numpy()),
        edges=edges,
        heads_density=_density(heads, np.full(len(heads), 1 / len(heads)), mask, edges),
        cohort_density=_density(cohort.slices, weights, mask, edges),
        unmirrored=sum(_correlation(slices, reference, both) > _correlation(slices, mirrored, both) for slices in heads),
    )


def age_weights(cohort_ages: NDArray[np.float64], ages: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights (C,) of a cohort's participants, summing to 1: every scan spreads the same weight around its own age."""
    gaps = (cohort_ages[:, None] - ages[None]) / AGE_WIDTH_YEARS
    logs = -0.5 * gaps**2
    near = np.exp(logs - logs.max(axis=0))  # also for a scan far from every age of the cohort
    weights: NDArray[np.float64] = (near / near.sum(axis=0)).mean(axis=1)
    return weights


def _density(
    slices: NDArray[np.float32], weights: NDArray[np.float64], mask: NDArray[np.bool_], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    densities = np.stack([np.histogram(stack[mask], edges, density=True)[0] for stack in slices])
    return np.asarray(weights @ densities)


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    return float(np.corrcoef(first[where], second[where])[0, 1])
