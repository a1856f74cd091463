"""Twelve synthetic participants for the errors page: a table and the networks' slices on disk, no volumes."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.synthetic.head import make_head
from adcore.errors import CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig
from adcore.prepare.stages import prepare_scan

TABLE_FILE = "people.csv"
ABOUT_FILE = "about.json"
SLICES_FOLDER = "slices"

MARKED = 0.6
"""Degree of atrophy from which a synthetic participant counts as impaired; half of PARTICIPANTS reach it."""

BYTE = 255


@dataclass(frozen=True)
class SyntheticParticipant:
    """One synthetic participant; the clinical fields are invented, in a few cases deliberately contradicting the atrophy.

    Attributes:
        atrophy: degree as make_head takes it.
        seed: of the shape and noise of the scan.
    """

    person: str
    age_years: float
    sex: str
    education_years: float
    ses: float | None
    mmse: float | None
    atrophy: float
    seed: int


PARTICIPANTS = (
    SyntheticParticipant("SYN-01", 63, "F", 16, 2, 30, 0.00, 301),
    SyntheticParticipant("SYN-02", 68, "M", 12, 3, 29, 0.15, 302),
    SyntheticParticipant("SYN-03", 71, "F", 18, 1, 28, 0.25, 303),
    SyntheticParticipant("SYN-04", 74, "F", 10, None, 22, 0.30, 304),
    SyntheticParticipant("SYN-05", 77, "M", 14, 2, 29, 0.40, 305),
    SyntheticParticipant("SYN-06", 82, "F", 12, 3, None, 0.50, 306),
    SyntheticParticipant("SYN-07", 70, "M", 16, 2, 27, 0.65, 307),
    SyntheticParticipant("SYN-08", 76, "F", 12, 4, 24, 0.75, 308),
    SyntheticParticipant("SYN-09", 73, "M", 18, 1, 29, 0.90, 309),
    SyntheticParticipant("SYN-10", 80, "F", 10, 4, 19, 1.00, 310),
    SyntheticParticipant("SYN-11", 85, "M", 12, None, 22, 1.10, 311),
    SyntheticParticipant("SYN-12", 88, "F", 14, 3, 26, 1.20, 312),
)


def write_participants(
    folder: Path, participants: tuple[SyntheticParticipant, ...] = PARTICIPANTS, report: Callable[[str], None] = print
) -> None:
    """Make every scan, prepare it like a patient's, and store its slices as 8-bit images: under a megabyte in total.

    Args:
        report: called with a sentence when a participant is done; each takes some seconds.
    """
    (folder / SLICES_FOLDER).mkdir(parents=True, exist_ok=True)
    config = PreparationConfig()
    for one in participants:
        slices = prepare_scan(make_head(one.atrophy, one.seed), config).slices
        _write_slices(folder, one.person, slices, config.slices)
        report(f"{one.person}: atrophy {one.atrophy:g}")
    pd.DataFrame([asdict(one) for one in participants]).to_csv(folder / TABLE_FILE, index=False)
    about = {"synthetic": True, "slices_digest": config.slices.digest, "preparation_digest": config.digest}
    (folder / ABOUT_FILE).write_text(json.dumps(about, indent=1) + "\n")


def read_participants(folder: Path, config: SliceConfig) -> pd.DataFrame:
    """The table, with the columns of a cohort, `atrophy` and `label`; the CDR is unknown.

    Raises:
        CohortError: there is no such cohort, or its slices were prepared with another configuration.
    """
    try:
        digest = json.loads((folder / ABOUT_FILE).read_text())["slices_digest"]
        table = pd.read_csv(folder / TABLE_FILE)
    except (OSError, ValueError, KeyError) as error:
        raise CohortError("The synthetic participants are missing or damaged. Make them again: adcore study demo.") from error
    if digest != config.digest:
        raise CohortError(
            f"The slices of the synthetic participants were prepared with configuration {digest}, but the model needs "
            f"{config.digest}. Make them again: adcore study demo."
        )
    unknown = {name: np.nan for name in COLUMNS if name not in table.columns}
    table = table.assign(**unknown, label=(table["atrophy"] >= MARKED).astype(float))
    return table.assign(session=table["person"])


def read_person_slices(folder: Path, person: str, config: SliceConfig) -> NDArray[np.float32]:
    """The slices of one participant, float32 (N, H, W), as the networks read them; rounded to 256 levels.

    Raises:
        CohortError: the image is missing or has another size.
    """
    path = folder / SLICES_FOLDER / f"{person}.png"
    if not path.is_file():
        raise CohortError(f"The slices of {person} are missing. Make the synthetic participants again: adcore study demo.")
    strip = np.asarray(Image.open(path), dtype=np.float32)
    expected = (len(config.t88_slices) * config.size, config.size)
    if strip.shape != expected:
        raise CohortError(
            f"Expected the slices of {person} as an image of {expected}, got {strip.shape}. Make them again: adcore study demo."
        )
    slices: NDArray[np.float32] = strip.reshape(-1, config.size, config.size) * (config.ceiling / BYTE)
    return slices


def _write_slices(folder: Path, person: str, slices: NDArray[np.float32], config: SliceConfig) -> None:
    levels = np.rint(slices * (BYTE / config.ceiling)).astype(np.uint8)
    Image.fromarray(levels.reshape(-1, config.size)).save(folder / SLICES_FOLDER / f"{person}.png", optimize=True)
