"""Dice and volume of the structure network on held-out participants, as scanned, degraded and with planted atrophy."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nibabel as nib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.ixi import LabelledSubject, read_structures
from adcore.cohorts.progress import with_progress
from adcore.errors import PreparationError
from adcore.evaluation.segmentation.degradations import CONDITIONS, LabelledScan
from adcore.model.card import MetricInterval
from adcore.prepare.placement import place
from adcore.prepare.segmentation.network import StructureNetwork, grid_affine
from adcore.prepare.segmentation.segmentation import segment
from adcore.prepare.segmentation.structures import FLUID, OUTSIDE, STRUCTURES, labels_of
from adcore.prepare.volume import dice
from adcore.readers import read_scan
from adcore.statistics.intervals import as_metric, mean

COLUMNS = ["person", "condition", "structure", "dice", "volume_ratio"]
INTRACRANIAL = "intracranial volume"
BRAIN = "brain without CSF"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Agreement:
    """How a structure found agrees with its label.

    Attributes:
        dice: NaN where neither has it.
        volume_ratio: volume found / labelled; NaN where it has no label.
    """

    dice: float
    volume_ratio: float

    @classmethod
    def of(cls, found: NDArray[np.bool_], labelled: NDArray[np.bool_]) -> Self:
        """Of two masks on one grid."""
        count = int(labelled.sum())
        return cls(dice(found, labelled), int(found.sum()) / count if count else float("nan"))


def measure_participants(
    subjects: Iterable[LabelledSubject],
    network: StructureNetwork,
    path: Path,
    seed: int,
    conditions: Collection[str] = tuple(CONDITIONS),
) -> pd.DataFrame:
    """Agreement on every structure of every subject in every condition; resumes where `path` ends.

    Args:
        subjects: none of whom the network was trained on.
        path: CSV that is written as it grows.
        conditions: names of CONDITIONS.
    Returns:
        columns COLUMNS, agreements as in Agreement; 0 where registration failed.
    """
    table = GrowingTable(path, COLUMNS, "%.4f")
    done = set(zip(table.rows["person"], table.rows["condition"], strict=True))
    jobs = [(subject, name) for subject in subjects for name in conditions if (subject.person, name) not in done]
    for subject, name in with_progress(jobs, "measuring", len(jobs)):
        random = np.random.default_rng([seed, *subject.person.encode()])
        degraded = CONDITIONS[name](read_labelled(subject), random)
        found = measure(degraded, network)
        table.add([(subject.person, name, structure, one.dice, one.volume_ratio) for structure, one in found.items()])
    return table.rows


def read_labelled(subject: LabelledSubject) -> LabelledScan:
    """A subject's scan with its labels as classes."""
    affine = nib.Nifti1Image.from_filename(subject.labels).affine
    return LabelledScan(read_scan(subject.scan), read_structures(subject), affine)


def measure(labelled: LabelledScan, network: StructureNetwork) -> dict[str, Agreement]:
    """Agreement by structure, and on intracranial volume and brain, on the labels' grid."""
    try:
        placement = place(labelled.scan)
    except PreparationError as error:
        logger.warning("registration failed: %s", error)
        segmented = np.zeros_like(labelled.labels)
    else:
        to_grid = np.linalg.inv(placement.atlas_to_scan @ grid_affine()) @ labelled.labels_affine
        segmented = segment(placement.evened, network).carried_to(labelled.labels.shape, to_grid)
    fluid = (OUTSIDE, *labels_of(*FLUID))
    scores = {
        INTRACRANIAL: Agreement.of(segmented != OUTSIDE, labelled.labels != OUTSIDE),
        BRAIN: Agreement.of(~np.isin(segmented, fluid), ~np.isin(labelled.labels, fluid)),
    }
    return scores | {
        structure.name: Agreement.of(segmented == label, labelled.labels == label)
        for label, structure in enumerate(STRUCTURES, start=1)
    }


def summarise(table: pd.DataFrame, seed: int, column: str = "dice") -> dict[str, dict[str, MetricInterval]]:
    """Mean of a column by condition and structure, with its 95% bootstrap interval over participants."""
    random = np.random.default_rng(seed)
    summary: dict[str, dict[str, MetricInterval]] = {}
    for (condition, structure), rows in table.groupby(["condition", "structure"], sort=False):
        values = rows[column].dropna().to_numpy(dtype=np.float64)
        if not len(values):
            continue
        summary.setdefault(str(condition), {})[str(structure)] = as_metric(mean(values, random))
    return summary
