"""Cases compared with their labels: which were misclassified, how far, and which are worth reviewing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.answer.prediction import COMPARED, DISAGREEMENT, Category
from adcore.evaluation.cases.cases import DISAGREE, FUSED, WORD, Cases
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.metrics import Chances, Labels

MISS = "miss"
"""Column: how wrong a probability is, the share given to what is not true; 0 is best, 1 worst."""


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
        table: that of the cases with `chance`, `called` (1 where the branch says impaired, 0 where not, NaN unknown), `outcome`,
            `miss`, `apart` (widest gap between two branches' probabilities) and one truth column for each Kind, named like it.
    """

    table: pd.DataFrame
    threshold: float
    inputs: str

    def labelled(self) -> tuple[Labels, Chances]:
        """Labels and probabilities (S,) of those who have both."""
        known = self.table[self.table["label"].notna() & self.table["chance"].notna()]
        return (known["label"] == 1).to_numpy(), known["chance"].to_numpy(dtype=np.float64)

    def kept(self, wanted: "CaseFilter") -> "Classified":
        """Those that a filter keeps."""
        return Classified(self.table[wanted.keeps(self.table)].reset_index(drop=True), self.threshold, self.inputs)

    def worst_first(self) -> "Classified":
        """The same, those misclassified first, each by how wrong the probability is."""
        order = ~self.table[Kind.WRONG.value].to_numpy(), -self.table[MISS].fillna(-1).to_numpy()
        return Classified(self.table.iloc[np.lexsort(order[::-1])].reset_index(drop=True), self.threshold, self.inputs)


@dataclass(frozen=True)
class CaseFilter:
    """Cases to show; an empty choice keeps all. A filter on a value leaves out the cases in which it is unknown.

    Attributes:
        kinds: all of them must hold.
        ages: youngest and oldest, in years.
        mmse, distance: lowest and highest MMSE and distance from the training set.
        quality: lowest and highest of a column of the scan's quality, by its name.
        bands: of age, where the years are not known.
        cells: of the confusion matrix, as pairs of label and answer (1 impaired, 0 not).
        chances: lowest and highest probability.
        among: the participants of a group; None is everyone.
    """

    kinds: frozenset[Kind] = frozenset()
    cdr: frozenset[float] = field(default_factory=frozenset)
    sexes: frozenset[str] = field(default_factory=frozenset)
    ages: tuple[float, float] | None = None
    sites: frozenset[str | float] = frozenset()
    mmse: tuple[float, float] | None = None
    distance: tuple[float, float] | None = None
    quality: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    bands: frozenset[str] = frozenset()
    cells: frozenset[tuple[int, int]] = frozenset()
    chances: tuple[float, float] | None = None
    among: frozenset[str] | None = None

    def keeps(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Mask (S,) over a table of classified cases."""
        keep = np.ones(len(table), dtype=bool)
        for kind in self.kinds:
            keep &= table[kind.value].to_numpy(dtype=bool)
        chosen = {"cdr": self.cdr, "sex": self.sexes, "age_band": self.bands, "site": self.sites, "subject": self.among}
        for column, wanted in chosen.items():
            if wanted or (column == "subject" and wanted is not None):
                keep &= table[column].isin(wanted).to_numpy()
        ranges = {
            "age_years": self.ages,
            "chance": self.chances,
            "mmse": self.mmse,
            "training_distance": self.distance,
            **self.quality,
        }
        for column, limits in ranges.items():
            if limits is not None:
                keep &= table[column].between(*limits).to_numpy()
        if self.cells:
            label, called = table["label"].to_numpy(), table["called"].to_numpy()
            keep &= np.any([(label == truth) & (called == answer) for truth, answer in self.cells], axis=0)
        return keep


def classify(cases: Cases, inputs: str, branch: str, threshold: float) -> Classified:
    """Compare one branch's probabilities with the labels; at and above the threshold counts as impaired.

    Wrong in a confident way is the program's own answer in words, whichever branch and threshold are looked at.
    """
    table = cases.table
    label, chance = table["label"].to_numpy(dtype=np.float64), table[f"{CHANCE}{inputs}_{branch}"].to_numpy(dtype=np.float64)
    known = ~np.isnan(label) & ~np.isnan(chance)
    called = np.where(np.isnan(chance), np.nan, chance >= threshold)
    wrong = known & (called != label)
    outcome = np.select(
        [~known, ~wrong, label == 1],
        [Outcome.UNKNOWN.value, Outcome.CORRECT.value, Outcome.FALSE_NEGATIVE.value],
        Outcome.FALSE_POSITIVE.value,
    )
    word = table[f"{WORD}{inputs}"].to_numpy()
    low, high, _ = _range_over(table, [f"{CHANCE}{inputs}_{one}" for one in cases.branches(inputs) if one != FUSED])
    classified = table.assign(
        chance=chance,
        called=called,
        outcome=outcome,
        apart=high - low,
        **{
            MISS: np.where(known, np.abs(label - chance), np.nan),
            Kind.WRONG.value: wrong,
            Kind.CONFIDENTLY_WRONG.value: ((word == Category.IMPAIRED) & (label == 0))
            | ((word == Category.UNIMPAIRED) & (label == 1)),
            Kind.DISAGREEING.value: _disagreeing(table, inputs, threshold),
            Kind.INCONCLUSIVE.value: word == Category.INCONCLUSIVE,
        },
    )
    return Classified(classified, threshold, inputs)


def _disagreeing(table: pd.DataFrame, inputs: str, threshold: float) -> NDArray[np.bool_]:
    """Whether each case's branches disagree, by the table's own column or, where it has none, by the probabilities alone.

    The latter is adcore.answer.prediction.agreement for many cases at once, without intervals.
    """
    if f"{DISAGREE}{inputs}" in table:
        return table[f"{DISAGREE}{inputs}"].fillna(0).to_numpy(dtype=bool)
    low, high, count = _range_over(table, [f"{CHANCE}{inputs}_{branch}" for branch in COMPARED])
    return (count > 1) & (high - low >= DISAGREEMENT) & (low < threshold) & (high >= threshold)


def _range_over(table: pd.DataFrame, columns: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Lowest and highest of these columns in each row (NaN where none is known), and how many are known."""
    values = table.reindex(columns=columns).to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    low = np.where(known, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(known, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(count > 0, low, np.nan), np.where(count > 0, high, np.nan), count
