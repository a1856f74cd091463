"""A cohort: one row a session, with the planes of each scan beside the table, and splits that keep a person on one side."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from adcore.clinical import ClinicalRecord
from adcore.errors import CohortError, LeakageError

COLUMNS = ("person", "session", "age_years", "sex", "education_years", "ses", "mmse", "cdr", "etiv_cm3", "nwbv")

LABELLED_AGE = 60
"""Youngest age of the labelled cohort. Younger people were not assessed alike, so their CDR, where given, is no label."""


@dataclass(frozen=True, eq=False)
class Cohort:
    """People with scans.

    Attributes:
        table: one row a session, columns COLUMNS; NaN or None is unknown. eTIV and nWBV come from the image: they are
            targets of pretraining and baselines, never inputs.
        planes: float32 (S, N, H, W), scaled as adcore.prepare.planes.scale_planes does, in the table's order.
    """

    table: pd.DataFrame
    planes: NDArray[np.float32]

    def __post_init__(self) -> None:
        missing = [name for name in COLUMNS if name not in self.table.columns]
        if missing or len(self.table) != len(self.planes):
            raise CohortError(
                f"Expected one stack of planes a row and the columns {', '.join(COLUMNS)}; missing {missing or 'none'}."
            )

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits that change with any person, field or pixel."""
        content = hashlib.sha256(self.table.to_csv(index=False).encode())
        content.update(np.ascontiguousarray(self.planes).data)
        return content.hexdigest()[:16]

    @property
    def impaired(self) -> NDArray[np.bool_]:
        """CDR above 0, (S,); meaningful only for labelled rows."""
        return (self.table["cdr"] > 0).to_numpy()

    def rows(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> "Cohort":
        """The sessions that a mask or an index list keeps."""
        return Cohort(
            self.table[keep].reset_index(drop=True) if keep.dtype == bool else self.table.iloc[keep].reset_index(drop=True),
            self.planes[keep],
        )

    def labelled(self) -> "Cohort":
        """One session a person, age 60 and over with a CDR: the people a result may be reported on."""
        table = self.table
        keep = (table["age_years"] >= LABELLED_AGE) & table["cdr"].notna() & ~table["person"].duplicated()
        return self.rows(keep.to_numpy())

    def unlabelled(self) -> "Cohort":
        """Every session of the people who are not in labelled()."""
        return self.rows(~self.table["person"].isin(set(self.labelled().table["person"])).to_numpy())

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
        refuse_shared_people(persons[train], persons[test])
    return folds


def refuse_shared_people(train: NDArray[np.object_], test: NDArray[np.object_]) -> None:
    """Raise LeakageError, naming them, when people stand on both sides."""
    shared = sorted(set(train) & set(test))
    if shared:
        raise LeakageError(
            f"{len(shared)} people stand on both sides of a split, {shared[0]} among them. Split by person and try again."
        )
