"""A model's estimates with one set of inputs: averaged over the scores of an MMSE band, widened by the error of MMSE."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from adcore.answer.mmse_error import mean_estimate, with_mmse_error
from adcore.answer.prediction import Branch
from adcore.model.calibration import Estimate


@dataclass(frozen=True, eq=False)
class Estimates:
    """The fused estimate, each branch alone, and why branches are silent."""

    fused: Estimate
    branches: dict[Branch, Estimate | None]
    silent: dict[Branch, str]

    def averaged(self, others: Sequence[Self], weights: Sequence[float]) -> Self:
        """The fusion and the clinical branch averaged over the scores that a band of MMSE stands for."""
        fused = mean_estimate([one.fused for one in others], weights)
        clinicals = [found for one in others if (found := one.branches[Branch.CLINICAL]) is not None]
        if not clinicals:  # silent for all scores or for none
            return replace(self, fused=fused)
        return replace(self, fused=fused, branches=self.branches | {Branch.CLINICAL: mean_estimate(clinicals, weights)})

    def with_mmse_error(self, others: Sequence[Self], weights: Sequence[float]) -> Self:
        """The same with intervals that carry the error of MMSE, of the fusion and of the clinical branch.

        Args:
            others: at each possible score, with its weight; empty where MMSE is unknown.
        """
        clinical = self.branches[Branch.CLINICAL]
        if not others:
            return self
        fused = with_mmse_error(self.fused, [one.fused for one in others], weights)
        if clinical is None:
            return replace(self, fused=fused)
        clinicals = [one.branches[Branch.CLINICAL] or clinical for one in others]  # silent for all scores or for none
        return replace(
            self, fused=fused, branches=self.branches | {Branch.CLINICAL: with_mmse_error(clinical, clinicals, weights)}
        )
