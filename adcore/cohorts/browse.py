"""A data folder to look people up in: its table at once, the planes of one session when asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts import oasis1
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.layouts import load_cohort
from adcore.cohorts.prepared_folder import PREPARATION, PreparedFolder
from adcore.cohorts.synthetic import participants
from adcore.errors import CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig, t88_pixels


@dataclass(frozen=True, eq=False)
class BrowsableCohort:
    """People whose table is read and whose planes are not yet.

    Attributes:
        table: one row a session, the columns of a cohort; synthetic people have `label` and `atrophy` beside them.
        planes: session to float32 (N, H, W); raises CohortError where they are missing.
        t88_slices: which of SliceConfig's places each of the N planes takes.
        synthetic: made-up people, without a CDR.
    """

    table: pd.DataFrame
    slices: Callable[[str], NDArray[np.float32]]
    t88_slices: tuple[int, ...]
    synthetic: bool = False

    def first_sessions(self) -> pd.DataFrame:
        """One row a person, the first session of each: the one whose label is judged."""
        return self.table.drop_duplicates("person").reset_index(drop=True)


def open_cohort(folder: Path, config: SliceConfig) -> BrowsableCohort:
    """Recognise a data folder. Images are read when asked for where the layout keeps them one by one, and at once elsewhere.

    Args:
        folder: synthetic people, or laid out in one of the ways that load_cohort knows.
    Raises:
        CohortError: no such folder, or none of these layouts.
    """
    if (folder / participants.ABOUT_FILE).is_file():
        table = participants.read_participants(folder, config)
        slices = partial(participants.read_person_slices, folder, config=config)
        return BrowsableCohort(table, slices, config.t88_slices, synthetic=True)
    if (folder / PREPARATION).is_file():
        prepared = PreparedFolder(folder, replace(PreparationConfig(), slices=config))
        return BrowsableCohort(prepared.table(), prepared.slices, config.t88_slices)
    if (folder / "coronal").is_dir() and (folder / oasis1.TABLE).is_file():
        pixels = t88_pixels(config)
        return BrowsableCohort(
            oasis1.read_table(folder / oasis1.TABLE),
            lambda session: oasis1.read_stack(folder / "coronal" / _plain(session), config, pixels),
            config.t88_slices,
        )
    cohort = load_cohort(folder, config)
    return BrowsableCohort(cohort.table, partial(_slices_of, cohort), cohort.t88_slices)


def _slices_of(cohort: Cohort, session: str) -> NDArray[np.float32]:
    found = np.flatnonzero((cohort.table["session"] == session).to_numpy())
    if not len(found):
        raise CohortError(f"'{session}' is no session of this data folder.")
    slices: NDArray[np.float32] = cohort.slices[found[0]]
    return slices


def _plain(session: str) -> str:
    """A session's name that cannot lead out of the data folder."""
    if not session or session != Path(session).name or session.startswith("."):
        raise CohortError(f"'{session}' is no session of this data folder.")
    return session
