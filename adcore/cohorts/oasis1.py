"""OASIS-1 as atlas-space coronal slices with its clinical table (Marcus et al. 2007, J Cogn Neurosci 19:1498)."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import map_coordinates
from tqdm import tqdm

from adcore.cohorts.cohort import COLUMNS, Cohort
from adcore.errors import CohortError
from adcore.prepare.planes import PlaneConfig, scale_planes, t88_pixels

TABLE = "oasis_cross-sectional.csv"

# OASIS-1 codes education in five steps (below high school, high school, some college, college, beyond); these years fall
# into the same steps when adcore.networks.clinical_mlp codes them.
EDUCATION_YEARS = {1: 10.0, 2: 12.0, 3: 14.0, 4: 16.0, 5: 18.0}


def load_oasis1(folder: Path, config: PlaneConfig) -> Cohort:
    """Read every session of the table that has its slices.

    Args:
        folder: holds `oasis_cross-sectional.csv` and `coronal/<session>/<session>.<slice>.png`.
    Raises:
        CohortError: the table or all slices are missing.
    """
    table = read_table(folder / TABLE)
    present = [(folder / "coronal" / session).is_dir() for session in table["session"]]
    if not any(present):
        raise CohortError(f"Expected slices in {folder.name}/coronal/<session>/, found none.")
    table = table[present].reset_index(drop=True)
    pixels = t88_pixels(config)
    stacks = [
        read_stack(folder / "coronal" / session, config, pixels)
        for session in tqdm(table["session"], desc="OASIS-1 planes", disable=None)
    ]
    return Cohort(table, np.stack(stacks))


def read_table(path: Path) -> pd.DataFrame:
    """The clinical table with the project's names and units; Educ's code becomes years.

    Raises:
        CohortError: the file or one of its columns is missing.
    """
    if not path.is_file():
        raise CohortError(f"Expected the OASIS-1 table {path.name} in {path.parent.name}, but it is not there.")
    raw = pd.read_csv(path)
    try:
        table = pd.DataFrame(
            {
                "person": raw["ID"].str.removesuffix("_MR1").str.removesuffix("_MR2"),
                "session": raw["ID"],
                "age_years": raw["Age"].astype(float),
                "sex": raw["M/F"],
                "education_years": raw["Educ"].map(EDUCATION_YEARS),
                "ses": raw["SES"],
                "mmse": raw["MMSE"],
                "cdr": raw["CDR"],
                "etiv_cm3": raw["eTIV"].astype(float),
                "nwbv": raw["nWBV"],
            }
        )
    except KeyError as error:
        raise CohortError(f"The OASIS-1 table has no column {error}. Use the table as OASIS distributes it.") from error
    return table[list(COLUMNS)]


def read_stack(folder: Path, config: PlaneConfig, pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    """One session's planes, float32 (N, H, W), from the folder of its slices.

    Args:
        pixels: t88_pixels(config).
    Raises:
        CohortError: a slice is missing.
    """
    slices = []
    for number in config.t88_slices:
        path = folder / f"{folder.name}.{number}.png"
        if not path.is_file():
            raise CohortError(f"{folder.name} lacks slice {number}: expected {path.name}.")
        slices.append(map_coordinates(np.asarray(Image.open(path), dtype=np.float32), pixels, order=1))
    return scale_planes(np.stack(slices), config)
