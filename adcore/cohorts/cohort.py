"""A cohort: one row per session with the slices of each scan, and splits that keep a participant on one side."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.measures import for_model, with_numbers
from adcore.cohorts.tables import MMSE_BAND
from adcore.cohorts.target import check_target, labels_of
from adcore.errors import CohortError, LeakageError
from adcore.model.card_schema import CDR, MeasureCard, TargetCard
from adcore.prepare.slices import SliceConfig

COLUMNS = ("person", "session", "age_years", "sex", "education_years", "ses", "mmse", "cdr", "etiv_cm3", "nwbv")


@dataclass(frozen=True, eq=False)
class Cohort:
    """Participants with scans.

    Attributes:
        table: one row per session, columns COLUMNS and perhaps others, the sessions of a participant in the order of visits;
            NaN or None is unknown. eTIV and nWBV are derived from the image: pretraining targets and baselines, never inputs.
        slices: float32 (S, N, H, W), scaled by adcore.prepare.slices.scale_slices, in the order of the table.
        t88_slices: the atlas slice number of each of the N slices; a data set of single slices has fewer than ten.
        left_out: a sentence for each incomplete session, so that nothing is dropped silently.
        target: what the label is.
        measures: columns of numbers that a model reads beside the usual fields.

    Raises:
        CohortError: a column or a slice is missing, or a session is listed twice.
    """

    table: pd.DataFrame
    slices: NDArray[np.float32]
    t88_slices: tuple[int, ...] = SliceConfig.t88_slices
    left_out: tuple[str, ...] = ()
    target: TargetCard = CDR
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.table.columns]
        if missing or len(self.table) != len(self.slices):
            raise CohortError(
                f"Expected one stack of slices per row and the columns {', '.join(COLUMNS)}; missing: {missing or 'none'}."
            )
        if self.slices.ndim != 4 or self.slices.shape[1] != len(self.t88_slices):
            raise CohortError(f"Expected the slices {self.t88_slices}, got an array of shape {self.slices.shape}.")
        twice = self.table["session"][self.table["session"].duplicated()]
        if len(twice):
            raise CohortError(f"The session {twice.iloc[0]} is listed in the table more than once. Keep one of its rows.")

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change with any participant, field or pixel."""
        content = hashlib.sha256(self.table.to_csv(index=False).encode())
        content.update(np.ascontiguousarray(self.slices).data)
        return content.hexdigest()[:16]

    @property
    def y_mm(self) -> tuple[float, ...]:
        """MNI y of the slices at their centres."""
        return SliceConfig(t88_slices=self.t88_slices).y_mm

    @property
    def labels(self) -> NDArray[np.float64]:
        """1 for impaired, 0 for unimpaired, NaN where a session has no label, (S,)."""
        return labels_of(self.target, self.table)

    @property
    def impaired(self) -> NDArray[np.bool_]:
        """Positive by the target, as CDR above 0 is, (S,); only meaningful for labelled rows."""
        return self.labels == 1

    def with_target(self, target: TargetCard) -> "Cohort":
        """The same sessions with another label.

        Raises:
            CohortError: the table can't give it.
        """
        check_target(target, self.table)
        return replace(self, target=target)

    def with_measures(self, names: Sequence[str]) -> "Cohort":
        """The same sessions with some columns of the table as measures.

        Raises:
            CohortError: a column is missing, is no measure, or holds something that is neither a number nor unknown.
        """
        if self.target.column in names:
            raise CohortError(f"{self.target.column} is the label, so it can't be a measure. Leave it out.")
        return replace(self, table=with_numbers(self.table, names), measures=tuple(names))

    def for_model(self, measures: Sequence[MeasureCard]) -> "Cohort":
        """The same sessions with the measures that a model reads; a value beyond those of its participants is unknown.

        Raises:
            CohortError: as with_measures.
        """
        table, told = for_model(self.table, measures)
        return replace(self, table=table, left_out=self.left_out + told, measures=tuple(one.name for one in measures))

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Cohort":
        """The sessions selected by a mask or by indices."""
        table = self.table[keep] if keep.dtype == bool else self.table.iloc[keep]
        return replace(self, table=table.reset_index(drop=True), slices=self.slices[keep])

    def on_slices(self, t88_slices: tuple[int, ...]) -> "Cohort":
        """The same sessions with a subset of their slices.

        Raises:
            CohortError: the cohort lacks one of the slices.
        """
        absent = sorted(set(t88_slices) - set(self.t88_slices))
        if absent:
            raise CohortError(f"Expected the slices {absent}, but this cohort has only {list(self.t88_slices)}.")
        places = [self.t88_slices.index(number) for number in t88_slices]
        return replace(self, slices=self.slices[:, places], t88_slices=t88_slices)

    def labelled(self) -> "Cohort":
        """One session per participant, by default aged 60 and over with a CDR: those whom results may be reported on."""
        return self.rows(~np.isnan(self.labels) & ~self.table["person"].duplicated().to_numpy())

    def unlabelled(self) -> "Cohort":
        """Every session of the participants who are not in labelled()."""
        return self.rows(~self.table["person"].isin(set(self.labelled().table["person"])).to_numpy())

    def scanned_twice(self) -> list[tuple[int, int]]:
        """Rows of the first two sessions of each participant who has two or more."""
        sessions = self.table.reset_index().groupby("person")["index"]
        return [(int(rows.iloc[0]), int(rows.iloc[1])) for _, rows in sessions if len(rows) > 1]

    def record(self, row: int) -> ClinicalRecord:
        """The clinical fields of one session, as a clinician would enter them."""
        return record_of(self.table.iloc[row], self.measures)


def record_of(session: pd.Series, measures: Sequence[str] = ()) -> ClinicalRecord:
    """The clinical fields of one row of a cohort's table, and some of its columns as measures."""
    names = ("age_years", "sex", "education_years", "ses", "mmse")
    known = {name: None if pd.isna(session[name]) else session[name] for name in names}
    band = session.get(MMSE_BAND)
    return ClinicalRecord.of(
        **known,
        mmse_band=band if known["mmse"] is None and pd.notna(band) else None,
        measures={name: float(session[name]) for name in measures if pd.notna(session[name])},
    )


def person_folds(cohort: Cohort, count: int, seed: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split by participant, stratified by impairment.

    Returns:
        (training rows, test rows) of each fold; every row is tested once.
    Raises:
        LeakageError: a participant is on both sides, which only a faulty splitter could cause; checked regardless.
    """
    persons = cohort.table["person"].to_numpy()
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    folds = [(train, test) for train, test in splitter.split(np.zeros(len(cohort)), cohort.impaired, groups=persons)]
    for train, test in folds:
        refuse_shared_participants(persons[train], persons[test])
    return folds


def refuse_shared_participants(train: NDArray[np.object_], test: NDArray[np.object_]) -> None:
    """Raise LeakageError if a participant is on both sides, naming the first."""
    shared = sorted(set(train) & set(test))
    if shared:
        raise LeakageError(
            f"{len(shared)} participants are on both sides of a split, {shared[0]} among them. Split by person and try again."
        )


def labelled_and_others(cohort: Cohort) -> tuple[Cohort, Cohort]:
    """The labelled participants, one session each, and every session of the others.

    Raises:
        LeakageError: a participant is among both.
    """
    labelled, others = cohort.labelled(), cohort.unlabelled()
    refuse_shared_participants(others.table["person"].to_numpy(), labelled.table["person"].to_numpy())
    return labelled, others
