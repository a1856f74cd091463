"""Planted atrophy in real heads: whether the answer follows it, and whether saliency maps point to where it is.

Every planted scan is prepared again from the start, so that registration, segmentation and checks see it as a patient's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.synthetic.planted import STRUCTURES_OF, Planted, PlantedScan, plant
from adcore.errors import ModelError, PreparationError
from adcore.explain.deletion import in_cells
from adcore.networks.late_fusion import ScanReading, log_odds_of
from adcore.predict import Predictor
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import OUTSIDE, PAIRED, UNPAIRED, Side, label_of, labels_of
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.studies.saliency_methods import COSTLY, METHODS, Case

NOTHING = "nothing"
"""The kind of the head as it is."""

CELLS = 7
"""Cells a side on which all maps are compared: those of the last maps."""

HELD_SHARE = 0.05
"""A cell holds a structure where at least this share of the structure's pixels lies in it."""

MEASURED = ("hippocampus", "inferior horn", "lateral ventricle")

ANSWER_COLUMNS = [
    *("head", "kind", "degree", "fit", "failed", "p_fused"),
    *(f"log_odds_{branch.value}" for branch in IMAGE_BRANCHES),
    *(f"p_{branch.value}" for branch in IMAGE_BRANCHES),
    *(f"{name} {how}" for name in MEASURED for how in ("planted_ml", "measured_ml")),
]
MAP_COLUMNS = [
    *("head", "kind", "degree", "branch", "method", "log_odds", "total", "row", "column", "hit", "change_hit"),
    *("structure", "structure_hit", "chance"),
]
FLOATS = "%.6g"


@dataclass(frozen=True, eq=False)
class _Look:
    """One scan, analysed."""

    prepared: PreparedScan
    reading: ScanReading
    log_odds: dict[Branch, float]
    answers: dict[str, float]
    case: Case


def measure_planted(
    heads: Sequence[Path],
    predictor: Predictor,
    out: Path,
    kinds: Sequence[Planted],
    degrees: Sequence[float],
    costly: Sequence[float] = (),
    report: Callable[[str], None] = print,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plant every kind and degree into every head, and look at answers and maps; an interrupted run resumes.

    Args:
        heads: whole-head scans that pass the checks; others are reported and left out.
        out: folder of answers.csv and maps.csv.
        costly: the degrees at which methods that run the convolutions again are measured too.
        report: takes a line per scan.
    Returns:
        one row per scan, and one per scan, branch and method.
    Raises:
        ModelError: the model has no reference maps.
    """
    if predictor.reference_maps is None:
        raise ModelError("This model has no reference maps to measure saliency by. Make them with adcore study reference-maps.")
    out.mkdir(parents=True, exist_ok=True)
    answers = GrowingTable(out / "answers.csv", ANSWER_COLUMNS, FLOATS, ("head",))
    maps = GrowingTable(out / "maps.csv", MAP_COLUMNS, FLOATS, ("head",))
    for path in heads:
        head = path.name.split("_")[0].removesuffix(".nii.gz")
        done = {(row.kind, row.degree) for row in answers.rows[answers.rows["head"] == head].itertuples()}
        wanted = [(kind, degree) for degree in degrees for kind in kinds if (kind.value, degree) not in done]
        if not wanted and (NOTHING, 0.0) in done:
            continue
        base = _look(read_scan(path), predictor)
        if not base.prepared.fit:
            report(f"{head}: left out, since it fails {_failed(base.prepared)}")
            continue
        before = _maps_of(base.case, costly=bool(costly))
        if (NOTHING, 0.0) not in done:
            maps.add([row for kind in Planted for row in _map_rows(head, kind, 0.0, base, base, before, before)])
            unplanted = PlantedScan.unchanged(base.prepared)
            answers.add([_answer_row(head, NOTHING, 0.0, unplanted, base)])
        for kind, degree in wanted:
            planted = plant(base.prepared, kind, degree)
            try:
                found = _look(planted.scan, predictor)
            except PreparationError as error:
                report(f"{head}, {kind} {degree:g}: {error}")
                continue
            after = _maps_of(found.case, costly=degree in costly and bool(STRUCTURES_OF[kind]))
            maps.add(_map_rows(head, kind, degree, base, found, before, after))
            answers.add([_answer_row(head, kind.value, degree, planted, found)])
            report(f"{head}, {kind} {degree:g}: {base.answers['p_fused']:.2f} to {found.answers['p_fused']:.2f}")
    return answers.rows, maps.rows


def _look(scan: Scan, predictor: Predictor) -> _Look:
    prepared = prepare_scan(scan)
    reading = predictor.read(prepared)
    with torch.inference_mode():
        outputs = predictor.network.image_vectors(reading.features)[1]
    prediction = predictor.predict(reading, ClinicalRecord())
    answers = {"p_fused": prediction.fused.probability}
    for branch in IMAGE_BRANCHES:
        estimate = prediction.branches[branch]
        answers[f"p_{branch.value}"] = estimate.probability if estimate else float("nan")
    assert predictor.reference_maps is not None
    case = Case(
        predictor.network,
        predictor.reference_maps,
        prepared.slices,
        prepared.config.slices.y_mm,
        prepared.slice_structures,
        reading,
    )
    log_odds = {branch: float(log_odds_of(output.logits[0])) for branch, output in outputs.items()}
    return _Look(prepared, reading, log_odds, answers, case)


def _maps_of(case: Case, *, costly: bool) -> dict[tuple[Branch, str], NDArray[np.float32]]:
    names = [name for name in METHODS if costly or name not in COSTLY]
    return {(branch, name): METHODS[name](case, branch) for branch in IMAGE_BRANCHES for name in names}


def _answer_row(head: str, kind: str, degree: float, planted: PlantedScan, found: _Look) -> list[object]:
    volumes = [volume for name in MEASURED for volume in (planted.volume_ml(name), found.prepared.volume_ml(labels_of(name)))]
    odds = [found.log_odds[branch] for branch in IMAGE_BRANCHES]
    chances = [found.answers[f"p_{branch.value}"] for branch in IMAGE_BRANCHES]
    prepared = found.prepared
    return [head, kind, degree, prepared.fit, _failed(prepared), found.answers["p_fused"], *odds, *chances, *volumes]


def _map_rows(
    head: str,
    kind: Planted,
    degree: float,
    base: _Look,
    found: _Look,
    before: dict[tuple[Branch, str], NDArray[np.float32]],
    after: dict[tuple[Branch, str], NDArray[np.float32]],
) -> list[list[object]]:
    """What the maps show, where the truth is a place on the slices."""
    truth = truth_labels(kind)
    if not truth:
        return []
    holding = cells_holding(base.prepared.slice_structures, truth)
    inside = cells_holding(base.prepared.slice_structures, range(1, 1 + len(_KIND_OF)), share=0.002)
    rows: list[list[object]] = []
    for (branch, method), values in after.items():
        change = found.log_odds[branch] - base.log_odds[branch]
        sign = -1.0 if degree and change < 0 else 1.0
        strongest = top_cell(sign * values)
        moved = top_cell(sign * _difference(values, before[branch, method])) if degree else strongest
        structure = strongest_structure(sign * values, found.prepared.slice_structures)
        rows.append(
            [
                *(head, kind.value, degree, branch.value, method, found.log_odds[branch], float(values.sum()), *strongest),
                *(bool(holding[strongest]), bool(holding[moved]), structure, structure in STRUCTURES_OF[kind]),
                float(holding.sum() / max(inside.sum(), 1)),
            ]
        )
    return rows


def truth_labels(kind: Planted) -> tuple[int, ...]:
    """The classes whose place a map should point to; none for a change of the whole brain and for the decoy."""
    if kind is Planted.LEFT:
        return tuple(label_of(structure, Side.LEFT) for structure in STRUCTURES_OF[kind])
    return labels_of(*STRUCTURES_OF[kind])


def cells_holding(structures: NDArray[np.uint8], labels: Sequence[int], share: float = HELD_SHARE) -> NDArray[np.bool_]:
    """Which cells hold structures, bool (CELLS, CELLS), all slices together.

    Args:
        structures: uint8 (N, H, W), H and W multiples of CELLS.
        share: of the structures' pixels on all slices that a cell has to hold.
    """
    pixels = in_cells(np.isin(structures, labels).astype(np.float32), CELLS).sum(axis=0)
    return np.asarray(pixels >= share * max(pixels.sum(), 1))


def top_cell(maps: NDArray[np.float32]) -> tuple[int, int]:
    """Row and column of the largest cell, all slices together."""
    row, column = np.unravel_index(int(in_cells(maps, CELLS).sum(axis=0).argmax()), (CELLS, CELLS))
    return int(row), int(column)


_KIND_OF = {label: kind for kind in (*PAIRED, *UNPAIRED) for label in labels_of(kind)}
LEAST_PIXELS = 20
"""Structures with fewer pixels on the slices are left out: their mean saliency is chance."""


def strongest_structure(maps: NDArray[np.float32], structures: NDArray[np.uint8]) -> str:
    """The structure with the largest mean saliency per pixel, both sides together.

    Args:
        maps: (N, h, w); a cell's value is spread evenly over its pixels.
        structures: uint8 (N, H, W), H and W multiples of h and w.
    """
    rows, columns = structures.shape[1] // maps.shape[1], structures.shape[2] // maps.shape[2]
    fine = maps.repeat(rows, axis=1).repeat(columns, axis=2) / (rows * columns)
    means = {}
    for kind in (*PAIRED, *UNPAIRED):
        here = np.isin(structures, labels_of(kind)) & (structures != OUTSIDE)
        if here.sum() >= LEAST_PIXELS:
            means[kind] = float(fine[here].mean())
    return max(means, key=lambda kind: means[kind])


def _difference(after: NDArray[np.float32], before: NDArray[np.float32]) -> NDArray[np.float32]:
    return after - before


def _failed(prepared: PreparedScan) -> str:
    return " ".join(check.code for check in prepared.checks if not check.passed)
