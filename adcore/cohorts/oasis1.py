"""OASIS-1 as atlas-space coronal slices with its clinical table (Marcus et al. 2007, J Cogn Neurosci 19:1498)."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import map_coordinates

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.fields import clean
from adcore.cohorts.matching import read_slices_of, with_scans
from adcore.cohorts.tables import number, read_text_table
from adcore.errors import CohortError
from adcore.prepare.slices import SliceConfig, scale_slices, t88_pixels

TABLE = "oasis_cross-sectional.csv"
TABLES = "oasis_cross-sectional*.csv"

LABEL = "CDR"

SLICE_SHAPE = (176, 176)

COLUMN_OF = {
    "session": "ID",
    "age_years": "Age",
    "sex": "M/F",
    "education_years": "Educ",
    "ses": "SES",
    "mmse": "MMSE",
    "cdr": LABEL,
    "etiv_cm3": "eTIV",
    "nwbv": "nWBV",
}

# OASIS-1 codes education in five levels (below high school, high school, some college, college, beyond); these years map to
# the same levels when adcore.networks.clinical_mlp encodes them.
EDUCATION_YEARS = {1: 10.0, 2: 12.0, 3: 14.0, 4: 16.0, 5: 18.0}


def load_oasis1(folder: Path, config: SliceConfig) -> Cohort:
    """Read every session of the table that has its slices.

    Args:
        folder: contains `oasis_cross-sectional.csv` and `coronal/<session>/<session>.<slice>.png`.
    Raises:
        CohortError: the table or all slices are missing.
    """
    table, left_out = with_scans(read_table(folder / TABLE), {path.name for path in (folder / "coronal").glob("*/")})
    pixels = t88_pixels(config)

    def read(session: str) -> NDArray[np.float32]:
        return read_stack(folder / "coronal" / session, config, pixels)

    return read_slices_of(table, read, config.t88_slices, left_out, "OASIS-1 slices")


def find_table(folder: Path) -> Path:
    """The clinical table, whatever the date in its file name.

    Raises:
        CohortError: there is none, or more than one; spreadsheets are not read.
    """
    found = sorted(folder.glob(TABLES))
    if len(found) == 1:
        return found[0]
    if found:
        raise CohortError(f"Expected one table {TABLES} in {folder.name}, found {len(found)}. Keep only the current one.")
    sheet = next(iter(folder.glob("oasis_cross-sectional*.xls*")), None)
    advice = f"Save {sheet.name} as CSV under that name." if sheet else "Copy it there: OASIS distributes it with the discs."
    raise CohortError(f"Expected the OASIS-1 table {TABLE} in {folder.name}, but it is missing. {advice}")


def read_table(path: Path) -> pd.DataFrame:
    """The clinical table with the project's names and units; Educ codes become years. Without a CDR column, every CDR is unknown.

    Raises:
        CohortError: the file or one of its columns is missing, or a value is invalid.
    """
    if not path.is_file():
        raise CohortError(f"Expected the OASIS-1 table {path.name} in {path.parent.name}, but it is missing. Copy it there.")
    raw = read_text_table(path)
    missing = [column for column in COLUMN_OF.values() if column not in (*raw.columns, LABEL)]
    if missing:
        raise CohortError(f"The OASIS-1 table has no column {', '.join(missing)}. Use the table as OASIS distributes it.")
    table = raw.reindex(columns=list(COLUMN_OF.values())).set_axis(list(COLUMN_OF), axis=1)
    table["person"] = table["session"].str.removesuffix("_MR1").str.removesuffix("_MR2")
    table["education_years"] = [_years(cell, path.name, line) for line, cell in enumerate(table["education_years"], start=2)]
    return clean(table, path.name)


def _years(cell: str, name: str, line: int) -> float | None:
    try:
        code = number(cell.strip())
    except ValueError:
        code = -1.0
    if code is not None and code not in EDUCATION_YEARS:
        raise CohortError(f"{name}, line {line}: Educ is a code from 1 to 5, got '{cell}'. Correct it, or leave it empty.")
    return None if code is None else EDUCATION_YEARS[int(code)]


def read_stack(folder: Path, config: SliceConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    """The slices of one session, float32 (N, H, W), from its folder of PNG files.

    Args:
        pixels: t88_pixels(config).
    Raises:
        CohortError: a slice is missing.
    """
    slices = []
    for position in config.t88_slices:
        path = folder / f"{folder.name}.{position}.png"
        if not path.is_file():
            raise CohortError(f"{folder.name} lacks slice {position}: expected {path.name}. Copy the session again.")
        slices.append(map_coordinates(_read_slice(path), pixels, order=1))
    return scale_slices(np.stack(slices), config)


def _read_slice(path: Path) -> NDArray[np.float32]:
    try:
        with Image.open(path) as picture:
            image = np.asarray(picture, dtype=np.float32)
    except (OSError, SyntaxError, ValueError) as error:  # Pillow raises these for damaged images
        raise CohortError(f"{path.name} cannot be read. Copy it again.") from error
    if image.shape != SLICE_SHAPE:
        raise CohortError(f"Expected a grey image of {SLICE_SHAPE} pixels in {path.name}, got {image.shape}. Copy it again.")
    return image
