"""A cohort: one row a session, with the planes of each scan beside the table, and splits that keep a person on one side."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from adcore.case.clinical import ClinicalRecord
from adcore.errors import CohortError, LeakageError
from adcore.prepare.slices import SliceConfig

COLUMNS = ("person", "session", "age_years", "sex", "education_years", "ses", "mmse", "cdr", "etiv_cm3", "nwbv")

LABELLED_AGE = 60
"""Youngest age of the labelled cohort. Younger people were not assessed alike, so their CDR, where given, is no label."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """People with scans.

    Attributes:
        table: one row a session, columns COLUMNS, a person's sessions in the order of their visits; NaN or None is unknown.
            eTIV and nWBV come from the image: they are targets of pretraining and baselines, never inputs.
        planes: float32 (S, N, H, W), scaled as adcore.prepare.slices.scale_planes does, in the table's order.
        t88_slices: which of SliceConfig's places each of the N planes takes; a data set of single slices has fewer than ten.
        left_out: a sentence for each session that was there in part, so that nothing is lost in silence.

    Raises:
        CohortError: a column or a plane is missing, or a session stands twice in the table.
    """

    table: pd.DataFrame
    slices: NDArray[np.float32]
    t88_slices: tuple[int, ...] = SliceConfig.t88_slices
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.table.columns]
        if missing or len(self.table) != len(self.slices):
            raise CohortError(
                f"Expected one stack of planes a row and the columns {', '.join(COLUMNS)}; missing {missing or 'none'}."
            )
        if self.slices.ndim != 4 or self.slices.shape[1] != len(self.t88_slices):
            raise CohortError(f"Expected planes for the slices {self.t88_slices}, got an array of shape {self.slices.shape}.")
        twice = self.table["session"][self.table["session"].duplicated()]
        if len(twice):
            raise CohortError(f"The session {twice.iloc[0]} stands in the table more than once. Keep one of its rows.")

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change with any person, field or pixel."""
        content = hashlib.sha256(self.table.to_csv(index=False).encode())
        content.update(np.ascontiguousarray(self.slices).data)
        return content.hexdigest()[:16]

    @property
    def y_mm(self) -> tuple[float, ...]:
        """MNI y of the planes at their middle."""
        return SliceConfig(t88_slices=self.t88_slices).y_mm

    @property
    def impaired(self) -> NDArray[np.bool_]:
        """CDR above 0, (S,); meaningful only for labelled rows."""
        return (self.table["cdr"] > 0).to_numpy()

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Cohort":
        """The sessions that a mask or an index list keeps."""
        table = self.table[keep] if keep.dtype == bool else self.table.iloc[keep]
        return replace(self, table=table.reset_index(drop=True), slices=self.slices[keep])

    def on_slices(self, t88_slices: tuple[int, ...]) -> "Cohort":
        """The same sessions with some of their planes.

        Raises:
            CohortError: a plane is not at hand.
        """
        absent = sorted(set(t88_slices) - set(self.t88_slices))
        if absent:
            raise CohortError(f"Expected planes at the slices {absent}, but this cohort has {list(self.t88_slices)} only.")
        places = [self.t88_slices.index(number) for number in t88_slices]
        return replace(self, slices=self.slices[:, places], t88_slices=t88_slices)

    def labelled(self) -> "Cohort":
        """One session a person, age 60 and over with a CDR: the people a result may be reported on."""
        return self.rows((self._has_label & ~self.table["person"].duplicated()).to_numpy())

    @property
    def _has_label(self) -> pd.Series:
        return (self.table["age_years"] >= LABELLED_AGE) & self.table["cdr"].notna()

    def unlabelled(self) -> "Cohort":
        """Every session of the people who are not in labelled()."""
        return self.rows(~self.table["person"].isin(set(self.labelled().table["person"])).to_numpy())

    def scanned_twice(self) -> list[tuple[int, int]]:
        """Rows of the first two sessions of everyone who has two or more."""
        sessions = self.table.reset_index().groupby("person")["index"]
        return [(int(rows.iloc[0]), int(rows.iloc[1])) for _, rows in sessions if len(rows) > 1]

    def record(self, row: int) -> ClinicalRecord:
        """The clinical fields of one session, as a clinician would have typed them."""
        return record_of(self.table.iloc[row])


def record_of(session: pd.Series) -> ClinicalRecord:
    """The clinical fields of one row of a cohort's table."""
    names = ("age_years", "sex", "education_years", "ses", "mmse")
    return ClinicalRecord.of(**{name: None if pd.isna(session[name]) else session[name] for name in names})


def person_folds(cohort: Cohort, count: int, seed: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split by person, stratified by impairment.

    Returns:
        (train rows, test rows) of each fold; every row is tested once.
    Raises:
        LeakageError: a person on both sides (cannot happen unless the splitter is broken; checked all the same).
    """
    persons = cohort.table["person"].to_numpy()
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    folds = [(train, test) for train, test in splitter.split(np.zeros(len(cohort)), cohort.impaired, groups=persons)]
    for train, test in folds:
        refuse_shared_participants(persons[train], persons[test])
    return folds


def refuse_shared_participants(train: NDArray[np.object_], test: NDArray[np.object_]) -> None:
    """Raise LeakageError, naming them, when people stand on both sides."""
    shared = sorted(set(train) & set(test))
    if shared:
        raise LeakageError(
            f"{len(shared)} people stand on both sides of a split, {shared[0]} among them. Split by person and try again."
        )


def labelled_and_others(cohort: Cohort) -> tuple[Cohort, Cohort]:
    """The labelled participants, one session each, and every session of the others.

    Raises:
        LeakageError: a participant is among both.
    """
    labelled, others = cohort.labelled(), cohort.unlabelled()
    refuse_shared_participants(others.table["person"].to_numpy(), labelled.table["person"].to_numpy())
    return labelled, others
