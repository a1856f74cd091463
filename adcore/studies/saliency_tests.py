"""Tests of saliency methods without a planted truth: deletion, insertion, stability, randomisation, likeness between people.

Every map is compared as sums over the same cells, so that coarse and fine methods stand beside each other. What is exchanged
on the slices comes from the average unimpaired participant.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.progress import with_progress
from adcore.errors import ModelError
from adcore.explain.deletion import (
    Cells,
    cells_within,
    central_cells,
    exchanged,
    in_cells,
    log_odds_of_slices,
    random_cells,
    strongest_cells,
)
from adcore.explain.slices_only import usual_structures
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.networks.reference_maps import ReferenceMaps
from adcore.predict import Predictor
from adcore.prepare.slices import SliceConfig
from adcore.studies.planted import CELLS
from adcore.studies.saliency_methods import METHODS, OCCLUSION, Case
from adcore.studies.weakened import WEAKENED, Weakened, weakened_networks
from adcore.training.features import read_features

RANDOM_DRAWS = 5
"""Random choices of as many cells, which each map's own choice has to beat, all of them."""

NOISE = 0.02
"""SD of noise that should leave a map as it is; white matter is near 1."""

SHIFT_PIXELS = 1
"""Shift that should leave a map as it is: a sixteenth of a cell."""

RANDOM, CENTRAL = "random cells", "central cells"
STABILITY = ("noise", "shift")
COLUMNS = ["person", "branch", "method", "side", "deletion", "insertion", *STABILITY, *WEAKENED]
CELL_COLUMNS = ["person", "branch", "method"]


def measure_saliency(
    cohort: Cohort, predictor: Predictor, out: Path, participants: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put every method through every test on some labelled participants; an interrupted run resumes.

    Args:
        cohort: of the model's training, on all of its slices. The convolutions never saw a label; the heads did.
        participants: drawn at random, half of them impaired.
    Returns:
        one row per participant, branch and method, or choice of cells without one; and their maps' cells.
    Raises:
        ModelError: the model has no reference maps.
    """
    if predictor.reference_maps is None:
        raise ModelError("This model has no reference maps to measure saliency by. Make them with adcore study reference-maps.")
    out.mkdir(parents=True, exist_ok=True)
    labelled = cohort.labelled()
    rows = drawn(labelled.impaired, participants, seed)
    tests = GrowingTable(out / "tests.csv", COLUMNS, "%.5g", ("person",))
    count = len(cohort.t88_slices) * CELLS**2
    maps = GrowingTable(out / "cells.csv", [*CELL_COLUMNS, *(str(cell) for cell in range(count))], "%.4g", ("person",))
    done = set(tests.rows["person"])
    left = [row for row in rows if labelled.table["person"].iloc[row] not in done]
    if left:
        sample = labelled.rows(rows)
        features = read_features(predictor.network, labelled, out / "features.pt", predictor.weights_sha256)
        weakened = weakened_networks(predictor.network, features, labelled, sample.rows(~sample.impaired), seed)
        structures = usual_structures(SliceConfig(t88_slices=cohort.t88_slices))
        for row in with_progress(left, "participants", len(left)):
            person = labelled.table["person"].iloc[row]
            case = _case(predictor.network, predictor.reference_maps, labelled.slices[row], cohort.y_mm, structures)
            found = _cells(case, METHODS)
            maps.add([[person, branch.value, name, *cells.ravel()] for (branch, name), cells in found.items()])
            tests.add([[person, *line] for line in _test(case, found, weakened, np.random.default_rng([seed, row]))])
    return tests.rows, maps.rows


def drawn(impaired: NDArray[np.bool_], participants: int, seed: int) -> NDArray[np.intp]:
    """Rows of participants drawn at random, half of them impaired, in the order of the table."""
    random = np.random.default_rng(seed)
    sides = [np.flatnonzero(impaired == side) for side in (False, True)]
    return np.sort(np.concatenate([random.permutation(side)[: participants // 2] for side in sides]))


def _case(
    network: LateFusionNetwork,
    reference: ReferenceMaps,
    slices: NDArray[np.float32],
    y_mm: tuple[float, ...],
    structures: NDArray[np.uint8],
) -> Case:
    with torch.inference_mode():
        reading = network.read(torch.from_numpy(slices), y_mm)
    return Case(network, reference, slices, y_mm, structures, reading)


Maps = dict[tuple[Branch, str], NDArray[np.float32]]


def _cells(case: Case, names: Iterable[str]) -> Maps:
    return {(branch, name): in_cells(METHODS[name](case, branch), CELLS) for branch in IMAGE_BRANCHES for name in names}


def _test(case: Case, found: Maps, weakened: Sequence[Weakened], random: np.random.Generator) -> Iterator[list[object]]:
    """A line per branch and method, and per choice of cells without one.

    A signed map that speaks against impairment on the whole is taken by what speaks against it: its side is -1.
    """
    within = cells_within(case.slices, CELLS)
    again = [name for name in METHODS if name != OCCLUSION]
    changed = {name: _cells(_with_slices(case, slices), again) for name, slices in _perturbed(case, random).items()}
    changed |= {
        one.name: _cells(_case(one.network, one.reference, case.slices, case.y_mm, case.structures), again) for one in weakened
    }
    chosen = {RANDOM: [random_cells(within, random) for _ in range(RANDOM_DRAWS)], CENTRAL: [central_cells(within)]}
    for branch in IMAGE_BRANCHES:
        for name in METHODS:
            cells = found[branch, name]
            likeness = [
                _likeness(cells, changed[how][branch, name], within) if name in again else np.nan
                for how in (*STABILITY, *WEAKENED)
            ]
            side = -1.0 if (cells < 0).any() and cells.sum() < 0 else 1.0
            yield [branch.value, name, side, *_exchange(case, branch, strongest_cells(side * cells, within)), *likeness]
        for name, choices in chosen.items():
            for choice in choices:
                yield [branch.value, name, 1.0, *_exchange(case, branch, choice), *(np.nan for _ in (*STABILITY, *WEAKENED))]


def _perturbed(case: Case, random: np.random.Generator) -> dict[str, NDArray[np.float32]]:
    noise = random.normal(0, NOISE, case.slices.shape).astype(np.float32)
    noisy = np.where(case.slices > 0, np.maximum(case.slices + noise, 0), 0).astype(np.float32)
    return {"noise": noisy, "shift": np.roll(case.slices, SHIFT_PIXELS, axis=2)}


def _with_slices(case: Case, slices: NDArray[np.float32]) -> Case:
    changed = _case(case.network, case.reference, slices, case.y_mm, case.structures)
    return replace(case, slices=slices, reading=changed.reading)


def _likeness(before: NDArray[np.float32], after: NDArray[np.float32], within: Cells) -> float:
    """Spearman correlation of two maps' cells within the head; 0 where one of them is the same everywhere."""
    first, second = before[within], after[within]
    return float(spearmanr(first, second).statistic) if np.ptp(first) and np.ptp(second) else 0.0


@torch.inference_mode()
def _exchange(case: Case, branch: Branch, cells: Cells) -> tuple[float, float]:
    """How far the log-odds fall when cells become the average's, and rise when the average takes these cells."""
    average = case.reference.slices.numpy()

    def log_odds(slices: NDArray[np.float32]) -> float:
        return float(log_odds_of_slices(case.network, branch, torch.from_numpy(slices), case.y_mm))

    deletion = log_odds(case.slices) - log_odds(exchanged(case.slices, average, cells))
    return deletion, log_odds(exchanged(average, case.slices, cells)) - log_odds(average)
