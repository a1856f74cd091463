"""A data folder for browsing: its table is read at once, the slices of a session on request."""

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
    """Participants whose table has been read, and whose slices are read on request.

    Attributes:
        table: one row per session, the columns of a cohort; synthetic participants also have `label` and `atrophy`.
        slices: session to float32 (N, H, W); raises CohortError where they are missing.
        t88_slices: the atlas slice number of each of the N slices; see SliceConfig.
        synthetic: the participants are synthetic and have no CDR.
    """

    table: pd.DataFrame
    slices: Callable[[str], NDArray[np.float32]]
    t88_slices: tuple[int, ...]
    synthetic: bool = False

    def first_sessions(self) -> pd.DataFrame:
        """One row per participant, the first session of each: the one whose label is predicted."""
        return self.table.drop_duplicates("person").reset_index(drop=True)


def open_cohort(folder: Path, config: SliceConfig) -> BrowsableCohort:
    """Recognise a data folder. Images are read on request where the layout stores one file per session, otherwise at once.

    Args:
        folder: synthetic participants, or one of the layouts that load_cohort reads.
    Raises:
        CohortError: the folder does not exist, or has another layout.
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
        raise CohortError(f"'{session}' is not a session of this data folder. Choose one from its table.")
    slices: NDArray[np.float32] = cohort.slices[found[0]]
    return slices


def _plain(session: str) -> str:
    """A session name that cannot point outside the data folder."""
    if not session or session != Path(session).name or session.startswith("."):
        raise CohortError(f"'{session}' is not a session of this data folder. Choose one from its table.")
    return session
