"""A data folder to look people up in: its table at once, the planes of one session when asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts import oasis1
from adcore.cohorts.synthetic import people
from adcore.errors import CohortError
from adcore.prepare.planes import PlaneConfig, t88_pixels


@dataclass(frozen=True, eq=False)
class BrowsableCohort:
    """People whose table is read and whose planes are not yet.

    Attributes:
        table: one row a session, the columns of a cohort; synthetic people have `label` and `atrophy` beside them.
        planes: session to float32 (N, H, W); raises CohortError where they are missing.
        synthetic: made-up people, without a CDR.
    """

    table: pd.DataFrame
    planes: Callable[[str], NDArray[np.float32]]
    synthetic: bool = False

    def first_sessions(self) -> pd.DataFrame:
        """One row a person, the first session of each: the one whose label is judged."""
        return self.table.drop_duplicates("person").reset_index(drop=True)


def open_cohort(folder: Path, config: PlaneConfig) -> BrowsableCohort:
    """Recognise a data folder without reading its images.

    Raises:
        CohortError: no such folder, or none of the layouts that are known.
    """
    if (folder / people.ABOUT_FILE).is_file():
        table = people.read_people(folder, config)
        return BrowsableCohort(table, lambda session: people.read_person_planes(folder, session, config), synthetic=True)
    if not (folder / oasis1.TABLE).is_file() or not (folder / "coronal").is_dir():
        raise CohortError(
            f"Expected a data folder with the table {oasis1.TABLE} and the slices in coronal/<session>/, "
            "but they are not there. Check the address of the folder."
        )
    pixels = t88_pixels(config)
    return BrowsableCohort(
        oasis1.read_table(folder / oasis1.TABLE),
        lambda session: oasis1.read_stack(folder / "coronal" / _plain(session), config, pixels),
    )


def _plain(session: str) -> str:
    """A session's name that cannot lead out of the data folder."""
    if not session or session != Path(session).name or session.startswith("."):
        raise CohortError(f"'{session}' is no session of this data folder.")
    return session
