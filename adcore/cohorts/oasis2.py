"""OASIS-2 (Marcus et al. 2010, J Cogn Neurosci 22:2677): older adults at several visits, as single slices or raw scans.

A single slice replaces the nearest of the slices that the networks read; for its position see oasis2_space.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.fields import clean
from adcore.cohorts.matching import read_slices_of, with_scans
from adcore.cohorts.oasis2_space import T88_SLICE, read_slice, slice_pixels
from adcore.cohorts.raw_scans import ScanList
from adcore.cohorts.tables import read_text_table
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, scale_slices, slice_mask

TABLE = "oasis_longitudinal.csv"
TABLES = "oasis_longitudinal*.csv"
SLICE_ENDING = "_cor.nii.gz"
RAW_FILE = "RAW/mpr-1.nifti.hdr"
RAW_AXES = "ASL"
"""Orientation of OASIS-1's raw scans; the headers are not relied on."""

LABEL = "CDR"
"""The column may be absent; every CDR is then unknown."""

DELAY = "MR Delay"

COLUMN_OF = {
    "person": "Subject ID",
    "session": "MRI ID",
    "age_years": "Age",
    "sex": "M/F",
    "education_years": "EDUC",  # in years, unlike the code of OASIS-1
    "ses": "SES",
    "mmse": "MMSE",
    "cdr": LABEL,
    "etiv_cm3": "eTIV",
    "nwbv": "nWBV",
}


def load_oasis2(folder: Path, config: SliceConfig) -> Cohort:
    """Read the single coronal slice of every visit, at the nearest slice position that the networks read.

    Args:
        folder: contains `oasis_longitudinal.csv` and `cor/<session>_cor.nii.gz`.
    Raises:
        CohortError: table or slices are missing, or no slice can be read.
    """
    paths = {path.name.removesuffix(SLICE_ENDING): path for path in (folder / "cor").glob(f"*{SLICE_ENDING}")}
    table, left_out = with_scans(read_table(find_table(folder)), set(paths))

    def read(session: str) -> NDArray[np.float32]:
        return resampled_slice(read_slice(paths[session]), config)[None]

    return read_slices_of(table, read, (nearest_slice(config),), left_out, "OASIS-2 slices")


def find_oasis2_scans(folder: Path) -> ScanList:
    """The first acquisition of every visit, a whole-head scan, for preparation.

    Args:
        folder: contains the table and `OAS2_xxxx_MRy/RAW/mpr-1.nifti.hdr`, possibly one level down (`OAS2_RAW_PART1`, ...).
    Raises:
        CohortError: the table is missing or matches no scan.
    """
    scans = raw_sessions(folder)
    table, left_out = with_scans(read_table(find_table(folder)), set(scans))
    return ScanList(folder, table, tuple(scans[session] for session in table["session"]), left_out, RAW_AXES)


def raw_sessions(folder: Path) -> dict[str, Path]:
    """Raw scans by session."""
    sessions = [*folder.glob("OAS2_*_MR*/"), *folder.glob("*/OAS2_*_MR*/")]
    return {session.name: session / RAW_FILE for session in sessions if (session / RAW_FILE).is_file()}


def find_table(folder: Path) -> Path:
    """The clinical table.

    Raises:
        CohortError: there is none, or more than one.
    """
    found = sorted(folder.glob(TABLES))
    if len(found) != 1:
        raise CohortError(
            f"Expected one table {TABLE} in {folder.name}, found {len(found)}. Save the one that OASIS distributes there as CSV."
        )
    return found[0]


def read_table(path: Path) -> pd.DataFrame:
    """The clinical table with the project's names, one row per visit, the visits of a participant in their order.

    `Group` is left out: it labels participants "Converted" from their first visit on, before this was known.

    Raises:
        CohortError: a column is missing, or a value is invalid.
    """
    raw = read_text_table(path)
    missing = [column for column in (*COLUMN_OF.values(), "Visit") if column not in (*raw.columns, LABEL)]
    if missing:
        raise CohortError(f"The OASIS-2 table has no column {', '.join(missing)}. Use the table as OASIS distributes it.")
    table = clean(raw.reindex(columns=list(COLUMN_OF.values())).set_axis(list(COLUMN_OF), axis=1), path.name)
    visit = pd.to_numeric(raw["Visit"], errors="coerce")
    order = table.assign(visit=visit).sort_values(["person", "visit"], kind="stable").index
    return table.loc[order].reset_index(drop=True)


def read_days(path: Path) -> pd.Series:
    """Days since the participant's first visit, by session; the ages in the table are whole years, too coarse for a rate.

    Raises:
        CohortError: a column is missing, or a value is not a number.
    """
    raw = read_text_table(path)
    missing = [column for column in (COLUMN_OF["session"], DELAY) if column not in raw.columns]
    if missing:
        raise CohortError(f"The OASIS-2 table has no column {', '.join(missing)}. Use the table as OASIS distributes it.")
    days = pd.to_numeric(raw[DELAY], errors="coerce").set_axis(raw[COLUMN_OF["session"]])
    if days.isna().any():
        raise CohortError(
            f"Expected days in the column {DELAY} for every visit, but {days.index[days.isna()][0]} has none. Fill them in."
        )
    return days


def resampled_slice(image: NDArray[np.float32], config: SliceConfig) -> NDArray[np.float32]:
    """A slice from read_slice resampled to the grid of the nearest network slice, scaled, (H, W).

    Pixels are kept inside both the outline of the nearest network slice, which is the frame the networks were trained with, and
    the outline at the slice's own position, which removes remains of the skull base. Grey matter is then at 0.63 of white matter,
    as in OASIS-1, so the contrast is not changed.

    Raises:
        PreparationError: there is no signal inside the outline.
    """
    frame = replace(config, t88_slices=(nearest_slice(config),))
    shown = slice_mask(frame) & slice_mask(replace(config, t88_slices=(T88_SLICE,)))
    scaled: NDArray[np.float32] = scale_slices(map_coordinates(image, slice_pixels(config), order=1)[None], frame, shown)[0]
    return scaled


def nearest_slice(config: SliceConfig) -> int:
    """The number of the network slice nearest to OASIS-2's slices."""
    return min(config.t88_slices, key=lambda number: abs(number - T88_SLICE))
