"""Dice of the structure network on held-out participants, as scanned and degraded."""

import logging
from collections.abc import Iterable
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd

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

COLUMNS = ["person", "condition", "structure", "dice"]
INTRACRANIAL = "intracranial volume"
BRAIN = "brain without CSF"

logger = logging.getLogger(__name__)


def measure_participants(subjects: Iterable[LabelledSubject], network: StructureNetwork, path: Path, seed: int) -> pd.DataFrame:
    """Dice of every structure of every subject in every condition; resumes where `path` ends.

    Args:
        subjects: none of whom the network was trained on.
        path: CSV that is written as it grows.
    Returns:
        columns COLUMNS; dice is NaN where neither labels nor network have the structure, 0 where registration failed.
    """
    table = GrowingTable(path, COLUMNS, "%.4f")
    done = set(zip(table.rows["person"], table.rows["condition"], strict=True))
    jobs = [(subject, name) for subject in subjects for name in CONDITIONS if (subject.person, name) not in done]
    for subject, name in with_progress(jobs, "measuring", len(jobs)):
        random = np.random.default_rng([seed, *subject.person.encode()])
        degraded = CONDITIONS[name](read_labelled(subject), random)
        table.add([(subject.person, name, structure, score) for structure, score in measure(degraded, network).items()])
    return table.rows


def read_labelled(subject: LabelledSubject) -> LabelledScan:
    """A subject's scan with its labels as classes."""
    affine = nib.Nifti1Image.from_filename(subject.labels).affine
    return LabelledScan(read_scan(subject.scan), read_structures(subject), affine)


def measure(labelled: LabelledScan, network: StructureNetwork) -> dict[str, float]:
    """Dice by structure, and of intracranial volume and brain, on the labels' grid."""
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
        INTRACRANIAL: dice(segmented != OUTSIDE, labelled.labels != OUTSIDE),
        BRAIN: dice(~np.isin(segmented, fluid), ~np.isin(labelled.labels, fluid)),
    }
    return scores | {
        structure.name: dice(segmented == label, labelled.labels == label) for label, structure in enumerate(STRUCTURES, start=1)
    }


def summarise(table: pd.DataFrame, seed: int) -> dict[str, dict[str, MetricInterval]]:
    """Mean Dice by condition and structure, with its 95% bootstrap interval over participants."""
    random = np.random.default_rng(seed)
    summary: dict[str, dict[str, MetricInterval]] = {}
    for (condition, structure), rows in table.groupby(["condition", "structure"], sort=False):
        values = rows["dice"].dropna().to_numpy(dtype=np.float64)
        if not len(values):
            continue
        summary.setdefault(str(condition), {})[str(structure)] = as_metric(mean(values, random))
    return summary
