"""Cases compared with their labels: which were misclassified, how confidently, and which are worth reviewing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import Branch, agreement
from adcore.evaluation.cases.cases import DISAGREE, FUSED, UNDECIDED, Cases
from adcore.model.calibration import Estimate
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.metrics import Chances, Labels

CONFIDENT = 0.75
"""A wrong answer counts as confident from this probability."""


class Outcome(StrEnum):
    """How an answer compares with the label."""

    CORRECT = "correct"
    FALSE_NEGATIVE = "false negative"
    FALSE_POSITIVE = "false positive"
    UNKNOWN = "unknown"

    @property
    def wrong(self) -> bool:
        """Whether the answer and the label differ."""
        return self in (Outcome.FALSE_NEGATIVE, Outcome.FALSE_POSITIVE)


class Kind(StrEnum):
    """What cases can be filtered by."""

    WRONG = "Wrong"
    CONFIDENTLY_WRONG = "Confidently wrong"
    DISAGREEING = "Branches disagree"
    INCONCLUSIVE = "Inconclusive"


@dataclass(frozen=True, eq=False)
class Classified:
    """Cases as one branch classified them with some inputs.

    Attributes:
        table: that of the cases with `chance`, `outcome`, `apart` (widest gap between two branches' probabilities) and one
            truth column for each Kind, named like it.
    """

    table: pd.DataFrame
    threshold: float

    def labelled(self) -> tuple[Labels, Chances]:
        """Labels and probabilities (S,) of those who have both."""
        known = self.table[self.table["label"].notna() & self.table["chance"].notna()]
        return (known["label"] == 1).to_numpy(), known["chance"].to_numpy(dtype=np.float64)

    def kept(self, wanted: "CaseFilter") -> "Classified":
        """Those that a filter keeps."""
        return Classified(self.table[wanted.keeps(self.table)].reset_index(drop=True), self.threshold)


@dataclass(frozen=True)
class CaseFilter:
    """Cases to show; an empty choice keeps all. A filter on CDR, age or sex leaves out the cases in which it is unknown.

    Attributes:
        kinds: all of them must hold.
        ages: youngest and oldest, in years.
    """

    kinds: frozenset[Kind] = frozenset()
    cdr: frozenset[float] = field(default_factory=frozenset)
    sexes: frozenset[str] = field(default_factory=frozenset)
    ages: tuple[float, float] | None = None

    def keeps(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Mask (S,) over a table of classified cases."""
        keep = np.ones(len(table), dtype=bool)
        for kind in self.kinds:
            keep &= table[kind.value].to_numpy(dtype=bool)
        if self.cdr:
            keep &= table["cdr"].isin(self.cdr).to_numpy()
        if self.sexes:
            keep &= table["sex"].isin(self.sexes).to_numpy()
        if self.ages is not None:
            keep &= table["age_years"].between(*self.ages).to_numpy()
        return keep


def classify(cases: Cases, inputs: str, branch: str, threshold: float) -> Classified:
    """Compare one branch's probabilities with the labels; at and above the threshold counts as impaired."""
    table = cases.table
    chance = table[f"{CHANCE}{inputs}_{branch}"].astype(float)
    outcome = [_outcome(label, value, threshold) for label, value in zip(table["label"], chance, strict=True)]
    wrong = np.array([one.wrong for one in outcome], dtype=bool)
    sure = np.maximum(chance, 1 - chance) >= CONFIDENT
    branches = [table[f"{CHANCE}{inputs}_{one}"].astype(float) for one in cases.branches(inputs) if one != FUSED]
    low, high = (_over(branches, reduce, len(table)) for reduce in (np.nanmin, np.nanmax))
    classified = table.assign(
        chance=chance,
        outcome=[one.value for one in outcome],
        apart=high - low,
        **{
            Kind.WRONG.value: wrong,
            Kind.CONFIDENTLY_WRONG.value: wrong & sure.to_numpy(),
            Kind.DISAGREEING.value: _disagreeing(table, inputs, threshold),
            Kind.INCONCLUSIVE.value: table[f"{UNDECIDED}{inputs}"].astype(bool),
        },
    )
    return Classified(classified, threshold)


def _disagreeing(table: pd.DataFrame, inputs: str, threshold: float) -> NDArray[np.bool_]:
    """Whether each case's branches disagree, by the table's own column or, where it has none, by the probabilities alone."""
    if f"{DISAGREE}{inputs}" in table:
        return table[f"{DISAGREE}{inputs}"].fillna(0).to_numpy(dtype=bool)
    columns = {branch: f"{CHANCE}{inputs}_{branch}" for branch in Branch if f"{CHANCE}{inputs}_{branch}" in table}
    rows = (
        {branch: None if pd.isna(row[name]) else Estimate(*[float(row[name])] * 3) for branch, name in columns.items()}
        for _, row in table.iterrows()
    )
    found = (agreement(branches, threshold) for branches in rows)
    return np.array([between is not None and between.disagree for between in found], dtype=bool)


def _outcome(label: float, chance: float, threshold: float) -> Outcome:
    if np.isnan(label) or np.isnan(chance):
        return Outcome.UNKNOWN
    if (chance >= threshold) == (label == 1):
        return Outcome.CORRECT
    return Outcome.FALSE_NEGATIVE if label == 1 else Outcome.FALSE_POSITIVE


def _over(branches: list[pd.Series], reduce: Callable[..., NDArray[np.float64]], count: int) -> NDArray[np.float64]:
    """A row-wise reduction over branches that ignores unknown values; NaN where a row has none."""
    values = np.column_stack(branches) if branches else np.full((count, 1), np.nan)
    result = np.full(count, np.nan)
    known = ~np.isnan(values).all(axis=1)
    result[known] = reduce(values[known], axis=1)
    return result
