"""Volumes behind the computed scales: of heads as they are, scanned otherwise, and with planted atrophy."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from nibabel.affines import apply_affine, from_matvec

from adcore.case.scan import Scan
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.synthetic.planted import Planted, plant
from adcore.errors import PreparationError
from adcore.evaluation.segmentation.degradations import CONDITIONS, ROTATION_DEGREES, SLICE_MM, LabelledScan
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import FLUID, Side, label_of, labels_of
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.studies.rescans import rescan
from adcore.volumetry.findings import INTRACRANIAL

DEGREES = tuple(round(float(degree), 3) for degree in np.linspace(1 / 6, 1.5, 9))
"""Nine, up to the highest at which synthetic heads resemble a head."""

KINDS = (Planted.MEDIAL_TEMPORAL, Planted.WHOLE_BRAIN)
PLAIN, MIRRORED, THICK, TURNED = "as scanned", "mirrored", f"{SLICE_MM:g} mm slices", f"turned {ROTATION_DEGREES:g} degrees"
RESCANS = ("first rescan", "second rescan")
UNCHANGED = (PLAIN, MIRRORED, THICK, TURNED, *RESCANS)

VOLUMES = (
    *(f"{side} {kind}" for kind in ("hippocampus", "inferior horn") for side in (Side.LEFT, Side.RIGHT)),
    *("fluid", "intracranial"),
)
COLUMNS = ["head", "condition", "degree", "failed", *VOLUMES]


def measure_scales(
    heads: Sequence[Path], path: Path, seed: int, kinds: Sequence[Planted] = KINDS, report: Callable[[str], None] = print
) -> pd.DataFrame:
    """Volumes behind the scales of every head, unchanged and with planted atrophy; an interrupted run resumes.

    Args:
        heads: whole-head scans that pass the checks.
        path: CSV that is written as it grows.
        kinds: what is planted, at DEGREES.
        report: takes a line per scan.
    Returns:
        one row per scan: COLUMNS, volumes in millilitres.
    """
    table = GrowingTable(path, COLUMNS, "%.6g", ("head",))
    done = {(row.head, row.condition, row.degree) for row in table.rows.itertuples()}
    for head in heads:
        name = head.name.split("_")[0].removesuffix(".nii.gz")
        scan = read_scan(head)
        base: PreparedScan | None = None
        for condition in UNCHANGED:
            if (name, condition, 0.0) not in done:
                _add(table, name, condition, 0.0, changed(scan, condition, seed), report)
        for kind in kinds:
            for degree in DEGREES:
                if (name, kind.value, degree) not in done:
                    base = base or prepare_scan(scan)
                    _add(table, name, kind.value, degree, plant(base, kind, degree).scan, report)
    return table.rows


def changed(scan: Scan, condition: str, seed: int) -> Scan:
    """The same head as another scan of it: mirrored, in thick slices, turned, or scanned again by simulation."""
    random = np.random.default_rng([seed, UNCHANGED.index(condition)])
    if condition == MIRRORED:
        return mirrored(scan)
    if condition in RESCANS:
        return rescan(scan, random)
    degraded = {PLAIN: "as scanned", THICK: "slices of 5 mm", TURNED: "rotated by 20 degrees about two axes"}[condition]
    return CONDITIONS[degraded](LabelledScan(scan, np.zeros((1, 1, 1), np.uint8), np.eye(4)), random).scan


def mirrored(scan: Scan) -> Scan:
    """The head with left and right exchanged; only the affine changes, so nothing is interpolated."""
    middle = apply_affine(scan.affine, (np.array(scan.voxels.shape) - 1) / 2)[0]
    return replace(scan, affine=from_matvec(np.diag([-1.0, 1.0, 1.0]), [2 * middle, 0.0, 0.0]) @ scan.affine)


def _add(table: GrowingTable, head: str, condition: str, degree: float, scan: Scan, report: Callable[[str], None]) -> None:
    try:
        prepared = prepare_scan(scan)
    except PreparationError as error:
        report(f"{head}, {condition}: {error}")
        return
    failed = " ".join(check.code for check in prepared.checks if not check.passed)
    table.add([[head, condition, degree, failed, *_volumes(prepared)]])
    report(f"{head}, {condition} {degree:g}{': fails ' + failed if failed else ''}")


def _volumes(prepared: PreparedScan) -> Iterator[float]:
    for kind in ("hippocampus", "inferior horn"):
        yield from (prepared.volume_ml((label_of(kind, side),)) for side in (Side.LEFT, Side.RIGHT))
    yield prepared.volume_ml(labels_of(*FLUID))
    yield prepared.volume_ml(INTRACRANIAL)
