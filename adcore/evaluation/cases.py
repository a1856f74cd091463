"""People one by one: what a model said of each, what is true, and which of them are worth a look. Draws nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.evaluation.cross_validation import CHANCE
from adcore.evaluation.metrics import Chances, Labels
from adcore.evaluation.names import BRANCHES, INPUTS

FUSED = "fused"
CONFIDENT = 0.75
"""A wrong answer is confident where it was given at least this probability."""

APART = 0.3
"""Branches disagree where two of them lie on both sides of the threshold, at least so far apart."""

UNDECIDED = "inconclusive_"
PEOPLE_COLUMNS = ("session", "fold", "cdr", "age_years", "sex", "reasons")


class Outcome(StrEnum):
    """How an answer compares with the label."""

    RIGHT = "right"
    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    UNKNOWN = "unknown"

    @property
    def wrong(self) -> bool:
        """Whether the answer and the label differ."""
        return self in (Outcome.MISSED, Outcome.FALSE_ALARM)


class Kind(StrEnum):
    """What a case can be picked for."""

    WRONG = "Wrong"
    CONFIDENTLY_WRONG = "Confidently wrong"
    DISAGREEING = "Branches disagree"
    INCONCLUSIVE = "Inconclusive"


@dataclass(frozen=True, eq=False)
class Cases:
    """People with what a model said of them.

    Attributes:
        table: one row a person: subject, label (1 impaired, 0 not, NaN unknown), `p_<inputs>_<branch>`,
            `inconclusive_<inputs>`, and PEOPLE_COLUMNS, empty where unknown.
        origin: whose probabilities these are and how they came about, in a sentence.
        undecided: when a case counts as inconclusive, in a sentence.
        seen_in_training: whether the model that ships has learned from these very people.
    """

    table: pd.DataFrame
    origin: str
    undecided: str
    seen_in_training: bool

    def inputs(self) -> list[str]:
        """Those with probabilities, in the order of INPUTS."""
        return [inputs for inputs in INPUTS if self.branches(inputs)]

    def branches(self, inputs: str) -> list[str]:
        """Those with a probability for these inputs, the fusion first."""
        return [branch for branch in BRANCHES if self.table.get(f"{CHANCE}{inputs}_{branch}", pd.Series()).notna().any()]

    def trained_on(self, people: Collection[str]) -> int:
        """How many the model at work, or the one that judged them, has learned from.

        Args:
            people: whom the model at work was trained on.
        """
        marked = self.table.get("seen_in_training", pd.Series("no", index=self.table.index)) == "yes"
        return int((marked | self.table["subject"].isin(people)).sum())

    def with_people(self, people: pd.DataFrame) -> "Cases":
        """Fill in session, CDR, age and sex from a cohort's table, one row a person; what is known already stays."""
        found = people.set_index("person").reindex(self.table["subject"]).reset_index()
        names = [name for name in PEOPLE_COLUMNS if name in found.columns]
        filled = {name: self.table[name].astype(object).where(self.table[name].notna(), found[name]) for name in names}
        table = self.table.assign(**filled).astype({"cdr": float, "age_years": float})
        return Cases(table, self.origin, self.undecided, self.seen_in_training)


@dataclass(frozen=True, eq=False)
class Judged:
    """Cases as one branch with some inputs saw them.

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

    def kept(self, wanted: "CaseFilter") -> "Judged":
        """Those that a filter keeps."""
        return Judged(self.table[wanted.keeps(self.table)].reset_index(drop=True), self.threshold)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to look at; an empty choice leaves everyone. Who has no CDR, age or sex is left out once one is asked for.

    Attributes:
        kinds: all of them have to hold.
        ages: youngest and oldest, in years.
    """

    kinds: frozenset[Kind] = frozenset()
    cdr: frozenset[float] = field(default_factory=frozenset)
    sexes: frozenset[str] = field(default_factory=frozenset)
    ages: tuple[float, float] | None = None

    def keeps(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Mask (S,) over a judged table."""
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


def judge(cases: Cases, inputs: str, branch: str, threshold: float) -> Judged:
    """Hold one branch's probabilities against the labels; at and above the threshold counts as impaired."""
    table = cases.table
    chance = table[f"{CHANCE}{inputs}_{branch}"].astype(float)
    outcome = [_outcome(label, value, threshold) for label, value in zip(table["label"], chance, strict=True)]
    wrong = np.array([one.wrong for one in outcome], dtype=bool)
    sure = np.maximum(chance, 1 - chance) >= CONFIDENT
    parts = [table[f"{CHANCE}{inputs}_{one}"].astype(float) for one in cases.branches(inputs) if one != FUSED]
    low, high = (_over(parts, reduce, len(table)) for reduce in (np.nanmin, np.nanmax))
    judged = table.assign(
        chance=chance,
        outcome=[one.value for one in outcome],
        apart=high - low,
        **{
            Kind.WRONG.value: wrong,
            Kind.CONFIDENTLY_WRONG.value: wrong & sure.to_numpy(),
            Kind.DISAGREEING.value: (low < threshold) & (high >= threshold) & (high - low >= APART),
            Kind.INCONCLUSIVE.value: table[f"{UNDECIDED}{inputs}"].astype(bool),
        },
    )
    return Judged(judged, threshold)


def _outcome(label: float, chance: float, threshold: float) -> Outcome:
    if np.isnan(label) or np.isnan(chance):
        return Outcome.UNKNOWN
    if (chance >= threshold) == (label == 1):
        return Outcome.RIGHT
    return Outcome.MISSED if label == 1 else Outcome.FALSE_ALARM


def _over(parts: list[pd.Series], reduce: Callable[..., NDArray[np.float64]], count: int) -> NDArray[np.float64]:
    """A row-wise reduction over branches that ignores the unknown; NaN where a row knows none."""
    values = np.column_stack(parts) if parts else np.full((count, 1), np.nan)
    result = np.full(count, np.nan)
    known = ~np.isnan(values).all(axis=1)
    result[known] = reduce(values[known], axis=1)
    return result
