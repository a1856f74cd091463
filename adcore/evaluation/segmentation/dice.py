"""How well the structure network labels people it was not trained on, as scanned and degraded."""

import logging
from collections.abc import Iterable
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from tqdm import tqdm

from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.ixi import LabelledSubject, read_structures
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

COLUMNS = ["person", "condition", "part", "dice"]
INTRACRANIAL = "everything inside the skull"
BRAIN = "brain without fluid"

logger = logging.getLogger(__name__)


def measure_participants(heads: Iterable[LabelledSubject], network: StructureNetwork, path: Path, seed: int) -> pd.DataFrame:
    """Dice of every part of every head in every condition; goes on where `path` ends.

    Args:
        heads: of people the network was not trained on.
        path: CSV that is written as it grows.
    Returns:
        columns COLUMNS; dice is NaN where neither labels nor network have the part, 0 where the head was not found.
    """
    table = GrowingTable(path, COLUMNS, "%.4f")
    seen = set(zip(table.rows["person"], table.rows["condition"], strict=True))
    jobs = [(head, name) for head in heads for name in CONDITIONS if (head.person, name) not in seen]
    for head, name in tqdm(jobs, desc="measuring", disable=None):
        random = np.random.default_rng([seed, *head.person.encode()])
        degraded = CONDITIONS[name](read_labelled(head), random)
        table.add([(head.person, name, part, score) for part, score in measure(degraded, network).items()])
    return table.rows


def read_labelled(head: LabelledSubject) -> LabelledScan:
    """One person's scan with its labels as classes."""
    affine = nib.Nifti1Image.from_filename(head.labels).affine
    return LabelledScan(read_scan(head.scan), read_structures(head), affine)


def measure(head: LabelledScan, network: StructureNetwork) -> dict[str, float]:
    """Dice by part, and of the outlines, on the grid of the labels."""
    try:
        placement = place(head.scan)
    except PreparationError as error:
        logger.warning("a head was not found: %s", error)
        found = np.zeros_like(head.labels)
    else:
        to_grid = np.linalg.inv(placement.atlas_to_scan @ grid_affine()) @ head.labels_affine
        found = segment(placement.evened, network).carried_to(head.labels.shape, to_grid)
    fluid = (OUTSIDE, *labels_of(*FLUID))
    scores = {
        INTRACRANIAL: dice(found != OUTSIDE, head.labels != OUTSIDE),
        BRAIN: dice(~np.isin(found, fluid), ~np.isin(head.labels, fluid)),
    }
    return scores | {part.name: dice(found == label, head.labels == label) for label, part in enumerate(STRUCTURES, start=1)}


def summarise(table: pd.DataFrame, seed: int) -> dict[str, dict[str, MetricInterval]]:
    """Mean Dice by condition and part, with its 95% bootstrap interval over people."""
    random = np.random.default_rng(seed)
    summary: dict[str, dict[str, MetricInterval]] = {}
    for (condition, part), rows in table.groupby(["condition", "part"], sort=False):
        values = rows["dice"].dropna().to_numpy(dtype=np.float64)
        if not len(values):
            continue
        summary.setdefault(str(condition), {})[str(part)] = as_metric(mean(values, random))
    return summary
