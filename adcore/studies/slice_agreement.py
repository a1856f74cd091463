"""Whether planes read from whole heads look like the cohort's that the networks were trained on: means and histograms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, slice_mask

AGE_WIDTH_YEARS = 3.0
"""Standard deviation of the Gaussian by which a cohort's people count for a head of a given age."""

BINS = 75


@dataclass(frozen=True, eq=False)
class SliceAgreement:
    """Mean planes of heads beside those of a cohort weighted to the same ages.

    Attributes:
        heads, cohort: float32 (N, H, W), mean planes.
        mask: bool (N, H, W), the outline that both are blanked by.
        people: how many heads.
        cohort_people: how many people of the cohort carry the weight: 1 over the sum of squared weights.
        mean_age, cohort_mean_age: years, weighted.
        edges: (BINS + 1,) intensities.
        heads_density, cohort_density: (BINS,) of the intensities inside the outline, mean over people.
        unmirrored: how many heads are more like the cohort's mean than like its mirror image.
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
        """Correlation of the mean planes inside the outline."""
        return _correlation(self.heads, self.cohort, self.mask)

    @property
    def whole(self) -> float:
        """Correlation over the whole pictures, black surroundings included."""
        return _correlation(self.heads, self.cohort, np.ones_like(self.mask))

    @property
    def by_slice(self) -> list[float]:
        """Correlation inside the outline plane by plane, each with its own mean; posterior first."""
        return [_correlation(*slices) for slices in zip(self.heads, self.cohort, self.mask, strict=True)]


def compare_slices(heads: NDArray[np.float32], ages: NDArray[np.float64], cohort: Cohort, config: SliceConfig) -> SliceAgreement:
    """Hold heads against people of a cohort of the same ages.

    Args:
        heads: (S, N, H, W), planes of prepared scans.
        ages: (S,) years.
        cohort: unimpaired people, one session each.
    Raises:
        CohortError: nobody on one of the sides.
    """
    if not len(heads) or not len(cohort):
        raise CohortError(f"Expected people on both sides, got {len(heads)} heads and {len(cohort)} of the cohort.")
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
    """How much each of a cohort's people counts, (C,), summing to 1: every head spreads the same weight over its own age."""
    gaps = (cohort_ages[:, None] - ages[None]) / AGE_WIDTH_YEARS
    logs = -0.5 * gaps**2
    near = np.exp(logs - logs.max(axis=0))  # also where a head is far from everybody
    weights: NDArray[np.float64] = (near / near.sum(axis=0)).mean(axis=1)
    return weights


def _density(
    slices: NDArray[np.float32], weights: NDArray[np.float64], mask: NDArray[np.bool_], edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    densities = np.stack([np.histogram(stack[mask], edges, density=True)[0] for stack in slices])
    return np.asarray(weights @ densities)


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    return float(np.corrcoef(first[where], second[where])[0, 1])
