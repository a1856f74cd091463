"""IXI: whole-head T1 scans of healthy adults with the labels of an automatic segmentation (DLMUSE), age and sex."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.fields import clean
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import CohortError
from adcore.prepare.segmentation.structures import OUTSIDE, STRUCTURES, Side, Structure, label_of

MAX_SIDE_RATIO = 2.0
"""Largest ratio between the labelled volumes of the cerebellar hemispheres. Of 93 scans, 91 are within 1.1; in IXI438 and
IXI638 almost everything is labelled as right (ratios of 18 and 34)."""

SCAN_ENDING = "_T1.nii.gz"
LABEL_ENDING = "_T1_DLMUSE.nii.gz"

MUSE_RIGHT: dict[str, tuple[int, ...]] = {
    "hippocampus": (47,),
    "amygdala": (31,),
    "parahippocampal gyrus": (116, 170),
    "lateral ventricle": (51,),
    "inferior horn": (49,),
    "temporal cortex": (122, 132, 154, 180, 184, 200, 202, 206),
    "frontal cortex": (104, 112, 118, 120, 124, 136, 140, 142, 146, 150, 152, 162, 164, 178, 182, 186, 190, 192, 204),
    "parietal cortex": (106, 148, 168, 174, 176, 194, 198),
    "occipital cortex": (108, 114, 128, 134, 144, 156, 160, 196),
    "cingulate cortex": (100, 138, 166),
    "insula": (102, 172),
    "deep grey matter": (23, 36, 55, 57, 59, 61, 76),
    "white matter": (81, 83, 85, 87, 89, 91, 93),
    "cerebellum": (38, 40),
}
"""Numbers of the MUSE atlas (Doshi 2016, NeuroImage 127:186) for the right side."""

MUSE_LEFT_OF = {23: 30, 76: 75}
"""Left counterparts of right numbers, where they are not the next number."""

MUSE_MIDLINE: dict[str, tuple[int, ...]] = {
    "CSF": (1, 46, 69),  # 69 is the optic chiasm: a dozen voxels in the cistern around it
    "third ventricle": (4,),
    "fourth ventricle": (11,),
    "brainstem": (35,),
    "corpus callosum": (95,),
    "cerebellar vermis": (71, 72, 73),
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LabelledSubject:
    """The scan and labels of one participant.

    Attributes:
        person: IXI's identifier of the participant, with the site.
        age_years, sex: None where the table does not list the participant.
    """

    person: str
    scan: Path
    labels: Path
    age_years: float | None
    sex: str | None


def load_ixi(root: Path) -> tuple[LabelledSubject, ...]:
    """The pairs of scans and labels in `t1` and `dlmuse_seg`, by participant, with `participants.csv`.

    Raises:
        CohortError: the folder contains no pair, or no table.
    """
    try:
        table = pd.read_csv(root / "participants.csv").set_index("MRID")
    except (OSError, KeyError, ValueError) as error:
        raise CohortError("Expected participants.csv with MRID, Age and Sex in the IXI folder. Check the folder.") from error
    subjects = []
    for scan in sorted((root / "t1").glob(f"*{SCAN_ENDING}")):
        person = scan.name.removesuffix(SCAN_ENDING)
        labels = root / "dlmuse_seg" / f"{person}{LABEL_ENDING}"
        if labels.is_file():
            known = person in table.index
            age, sex = (float(table.at[person, "Age"]), str(table.at[person, "Sex"])) if known else (None, None)
            subjects.append(LabelledSubject(person, scan, labels, age, sex))
    if not subjects:
        raise CohortError(
            f"Expected scans *{SCAN_ENDING} with labels *{LABEL_ENDING} in the IXI folder, found none. Check the folder."
        )
    return tuple(subjects)


def ixi_scans(root: Path) -> ScanList:
    """IXI's whole heads, one session a participant, to be prepared.

    Raises:
        CohortError: the folder contains no scan with labels, or no table.
    """
    subjects = load_ixi(root)
    table = pd.DataFrame(
        [{"person": one.person, "session": one.person, "age_years": one.age_years, "sex": one.sex} for one in subjects],
        columns=list(COLUMNS),
    )
    return ScanList(root, clean(table, "participants.csv"), tuple(one.scan for one in subjects))


def with_sound_sides(subjects: Iterable[LabelledSubject]) -> tuple[LabelledSubject, ...]:
    """The subjects whose labels distinguish left from right; the others are named in the log."""
    sound = []
    for subject in subjects:
        if sides_agree(read_structures(subject)):
            sound.append(subject)
        else:
            logger.warning("%s is left out: almost everything is labelled as one side", subject.person)
    return tuple(sound)


def read_structures(subject: LabelledSubject) -> NDArray[np.uint8]:
    """The labels of one subject as structure classes, in the voxel order of their file."""
    return structures_of_muse(np.asarray(nib.Nifti1Image.from_filename(subject.labels).dataobj))


def sides_agree(classes: NDArray[np.uint8]) -> bool:
    """Whether both cerebellar hemispheres have about the same labelled volume."""
    left, right = (np.count_nonzero(classes == label_of("cerebellum", side)) for side in (Side.LEFT, Side.RIGHT))
    return bool(max(left, right) <= MAX_SIDE_RATIO * min(left, right))


def structures_of_muse(labels: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Convert MUSE numbers to classes of adcore.prepare.segmentation.structures.

    Raises:
        CohortError: a number is not in the table.
    """
    table = muse_table()
    found = np.unique(labels)
    unknown = [int(number) for number in found if int(number) not in table]
    if unknown:
        raise CohortError(f"Expected labels of the MUSE atlas, got {unknown}. Check that the labels are DLMUSE's.")
    lookup = np.zeros(int(found.max()) + 1, dtype=np.uint8)
    for number, label in table.items():
        if number < len(lookup):
            lookup[number] = label
    return lookup[labels]


def muse_table() -> dict[int, int]:
    """MUSE number to class."""
    table = {0: OUTSIDE}
    for label, structure in enumerate(STRUCTURES, start=1):
        for number in _muse_numbers(structure):
            table[number] = label
    return table


def _muse_numbers(structure: Structure) -> tuple[int, ...]:
    if structure.side is Side.MIDLINE:
        return MUSE_MIDLINE[structure.kind]
    right = MUSE_RIGHT[structure.kind]
    return right if structure.side is Side.RIGHT else tuple(MUSE_LEFT_OF.get(number, number + 1) for number in right)
