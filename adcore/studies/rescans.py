"""Repeatability of a visit's figures: real rescans for the probability, simulated ones of whole-head scans for the rest.

No whole-head scan-rescan pairs are available. A simulated rescan differs in position, grid, noise and receive field only; a
real rescan also differs in hydration, distortion and motion, and so by more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from nibabel.affines import apply_affine, from_matvec
from numpy.typing import NDArray
from scipy.ndimage import affine_transform
from scipy.spatial.transform import Rotation

from adcore.atomic import write_atomically
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.oasis1 import load_oasis1
from adcore.errors import CohortError, PreparationError
from adcore.longitudinal.common_space import brain_of, resampled
from adcore.longitudinal.difference import difference
from adcore.longitudinal.registration import align_visits
from adcore.longitudinal.repeatability import REPEATABILITY_FILE, ProbabilityRepeat, Repeatability
from adcore.longitudinal.visit_image import VisitImage
from adcore.model.calibration import Estimate
from adcore.model.seal import reseal_tables
from adcore.predict import Predictor, load_predictor, model_folder, slices_of
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.model import load_structures
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.volumetry.findings import MEASURES, intracranial_share
from adcore.words import percent

ROTATION_DEGREES, SHIFT_MM, BIAS, NOISE = 6.0, 8.0, 0.15, 0.02
RESCAN = (
    f"Each head was resampled twice on grids rotated by up to {ROTATION_DEGREES:g} degrees and shifted by up to {SHIFT_MM:g} mm "
    f"(cubic spline), with receive fields of up to {percent(BIAS)} and Rician noise of {percent(NOISE)} of the bright "
    "intensities. Nothing else was changed: real rescans differ more."
)
PERCENTILE = 99.0
SIDES = ("first", "second")


@dataclass(frozen=True)
class _Figures:
    shares: dict[str, float]
    millilitres: dict[str, float]
    log_odds: float


def write_repeatability(
    heads: Sequence[Path], oasis1: Path, runs: Path, model: str | None, seed: int, report: Callable[[str], None] = print
) -> tuple[Repeatability, Path]:
    """Measure the repeatability of a visit's figures and write it beside the model's weights.

    Args:
        heads: whole-head scans, each rescanned by simulation.
        oasis1: OASIS-1's table and slices, whose rescans give the probability's.
        runs: keeps the measurements; an interrupted run resumes.
        model: name or folder; None for the shipped one.
        report: takes a line per scan.
    Returns:
        the figures, and the file they were written to.
    Raises:
        AdcoreError: a scan, the data set or the model cannot be used.
    """
    predictor = load_predictor(model)
    runs.mkdir(parents=True, exist_ok=True)
    table = measure_rescans(heads, predictor, runs / "rescans.csv", seed, report)
    rescanned = load_oasis1(oasis1, slices_of(predictor.card))
    measured = summarise(table, probability_repeat(rescanned, predictor, "all"), predictor, seed)
    target = model_folder(model) / REPEATABILITY_FILE
    write_atomically(target, lambda file: file.write(f"{measured.model_dump_json(indent=1)}\n".encode()))
    reseal_tables(target.parent)
    return measured, target


def rescan(scan: Scan, random: np.random.Generator) -> Scan:
    """A simulated rescan of the same head; see RESCAN."""
    rotation = Rotation.from_rotvec(np.radians(random.uniform(-ROTATION_DEGREES, ROTATION_DEGREES, 3) / np.sqrt(3))).as_matrix()
    middle = apply_affine(scan.affine, (np.array(scan.voxels.shape) - 1) / 2)
    shift = random.uniform(-SHIFT_MM, SHIFT_MM, 3) / np.sqrt(3)
    affine = from_matvec(rotation, middle - rotation @ middle + shift) @ scan.affine
    to_old = np.linalg.inv(scan.affine) @ affine
    read = affine_transform(scan.voxels, to_old[:3, :3], to_old[:3, 3], order=3, mode="nearest")
    axes = np.meshgrid(*(np.linspace(-1, 1, n) for n in scan.voxels.shape), indexing="ij", sparse=True)
    field = sum(a * axis + b * axis**2 for axis, (a, b) in zip(axes, random.uniform(-1, 1, (3, 2)), strict=True))
    signal = np.maximum(read, 0) * (1 + BIAS * field / np.abs(field).max())
    spread = NOISE * float(np.percentile(signal[signal > signal.mean()], 95))
    real, imaginary = random.normal(0, spread, (2, *signal.shape))
    return replace(scan, voxels=np.hypot(signal + real, imaginary).astype(np.float32), affine=affine)


def measure_rescans(
    heads: Sequence[Path], predictor: Predictor, path: Path, seed: int, report: Callable[[str], None] = print
) -> pd.DataFrame:
    """Simulate two rescans of every scan and compare them; an interrupted run resumes.

    Args:
        path: CSV that is written as it grows; scans are numbered, not named.
    Returns:
        one row per scan: `<measure> share|ml first|second`, `log_odds first|second`, `noise`, `similarity same|other`,
        `overlap same|other`, where the other is the next scan of the list.
    """
    figures = [f"{measure} {kind}" for measure in MEASURES for kind in ("share", "ml")] + ["log_odds"]
    columns = ["head", *(f"{name} {side}" for name in figures for side in SIDES), "noise"]
    columns += [f"{name} {whose}" for name in ("similarity", "overlap") for whose in ("same", "other")]
    table = GrowingTable(path, columns, "%.6g", [])
    done = set(table.rows["head"].astype(int)) if len(table.rows) else set()
    previous: VisitImage | None = None
    for number, head in enumerate(heads):
        if number in done:
            previous = None
            continue
        random = np.random.default_rng([seed, number])
        scan = read_scan(head)
        try:
            pair = [prepare_scan(rescan(scan, random)) for _ in SIDES]
        except PreparationError as error:
            report(f"head {number}: {error}")
            continue
        row: dict[str, float] = {"head": number}
        for side, prepared in zip(SIDES, pair, strict=True):
            found = _figures(prepared, predictor)
            row |= {f"{measure} share {side}": value for measure, value in found.shares.items()}
            row |= {f"{measure} ml {side}": value for measure, value in found.millilitres.items()}
            row[f"log_odds {side}"] = found.log_odds
        images = [VisitImage.of(prepared) for prepared in pair]
        alignment = align_visits(images)
        brain = brain_of(images, alignment)
        one, other = (resampled(image, alignment, place) for place, image in enumerate(images))
        row["noise"] = float(np.percentile(np.abs(difference(one, other, brain)[brain]), PERCENTILE))
        row |= {"similarity same": alignment.similarity, "overlap same": alignment.overlap}
        if previous is not None:
            strangers = align_visits([previous, images[0]])
            row |= {"similarity other": strangers.similarity, "overlap other": strangers.overlap}
        previous = images[0]
        table.add([[row.get(name) for name in columns]])
        report(f"head {number}: " + ", ".join(f"{name} {row[name]:.3f}" for name in ("noise", "similarity same", "overlap same")))
    return table.read()


def _figures(prepared: PreparedScan, predictor: Predictor) -> _Figures:
    return _Figures(
        {measure: intracranial_share(measure, prepared) for measure in MEASURES},
        {measure: prepared.volume_ml(MEASURES[measure]) for measure in MEASURES},
        predictor.predict(predictor.read(prepared), ClinicalRecord()).fused.log_odds,
    )


def rescan_gaps(cohort: Cohort, predictor: Predictor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Differences of probability and log-odds, on images alone, between two sessions of unlabelled participants, (P,) each.

    Raises:
        CohortError: no unlabelled participant has two sessions.
    """
    others = cohort.unlabelled()
    twice = others.scanned_twice()
    if not twice:
        raise CohortError("Expected unlabelled participants who were scanned twice, found none; OASIS-1 has 20.")
    estimates = [[_alone(predictor, others, row) for row in rows] for rows in twice]
    chances = np.array([second.probability - first.probability for first, second in estimates])
    return chances, np.array([second.log_odds - first.log_odds for first, second in estimates])


@torch.inference_mode()
def _alone(predictor: Predictor, cohort: Cohort, row: int) -> Estimate:
    reading = predictor.read_slices(cohort.slices[row], cohort.y_mm)
    return predictor.predict(reading, ClinicalRecord()).fused


def probability_repeat(cohort: Cohort, predictor: Predictor, slices: str) -> ProbabilityRepeat:
    """The repeatability of the probability on the scan alone, from OASIS-1's rescans."""
    gaps, odds = rescan_gaps(cohort, predictor)
    return ProbabilityRepeat(
        participants=len(gaps),
        source="OASIS-1, unlabelled participants scanned twice within weeks (1.5 T, one scanner)",
        slices=slices,
        log_odds_sd=_spread(odds),
        probability_gap=float(np.abs(gaps).mean()),
    )


def summarise(table: pd.DataFrame, probability: ProbabilityRepeat, predictor: Predictor, seed: int) -> Repeatability:
    """The repeatability from simulated and real rescans."""

    def spread(name: str, *, logarithm: bool) -> float:
        first, second = (table[f"{name} {side}"].to_numpy(float) for side in SIDES)
        return _spread(np.log(second / first) if logarithm else second - first)

    return Repeatability(
        model=f"{predictor.card.name} {predictor.card.version}, {predictor.weights_sha256}",
        structures_sha256=load_structures().weights_sha256,
        probability=probability,
        heads=len(table),
        rescan=RESCAN,
        volume_sd={measure: spread(f"{measure} share", logarithm=True) for measure in MEASURES},
        volume_ml_sd={measure: spread(f"{measure} ml", logarithm=True) for measure in MEASURES},
        simulated_log_odds_sd=spread("log_odds", logarithm=False),
        difference_noise=float(table["noise"].median()),
        similarity_same=float(table["similarity same"].min()),
        similarity_other=float(table["similarity other"].max()),
        overlap_same=float(table["overlap same"].min()),
        overlap_other=float(table["overlap other"].max()),
        seed=seed,
    )


def _spread(differences: NDArray[np.float64]) -> float:
    """Standard deviation of differences about 0, their expectation without a change."""
    return float(np.sqrt(np.mean(differences**2)))
