"""Norms from healthy adults: volumes measured by the structure network, curves fitted with bootstrap intervals."""

import logging
from collections.abc import Collection
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.case.clinical import Sex
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.progress import with_progress
from adcore.cohorts.raw_scans import ScanList
from adcore.errors import AdcoreError, CohortError
from adcore.prepare.segmentation.structures import Side
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan_or_pair
from adcore.readers.isolation import in_child
from adcore.volumetry.findings import INTRACRANIAL, NORMED
from adcore.volumetry.norms import LEAST_ML, NormCurve, Norms, design
from adcore.volumetry.offset import LEAST_PARTICIPANTS, NormsOffset

RESAMPLES = 500
SCANNER = "Philips Intera, 3 T, Hammersmith Hospital"
SOURCE = "Healthy adults of IXI (brain-development.org, CC BY-SA 3.0)"
INTRACRANIAL_COLUMN = "intracranial"
YOUNG_YEARS, OLD_YEARS = 40.0, 65.0
"""Ages by whose healthy adults the rules of adcore.volumetry.scales are fixed."""

COLUMNS = ["person", "age_years", "sex", INTRACRANIAL_COLUMN, *NORMED]

logger = logging.getLogger(__name__)


def measure_healthy(scans: ScanList, path: Path) -> pd.DataFrame:
    """Volumes in millilitres of adults with age and sex whose scans pass the checks, one scan each; resumes where `path` ends.

    Args:
        path: CSV that is written as it grows.
    """
    table = GrowingTable(path, COLUMNS, "%.6f", ("person",))
    done = set(table.rows["person"])
    listed = scans.table.assign(scan=scans.scans).dropna(subset=["age_years", "sex"]).drop_duplicates("person")
    left = [row for row in listed.itertuples() if row.person not in done]
    for row in with_progress(left, "norms", len(left)):
        try:
            prepared = prepare_scan(in_child(read_scan_or_pair, row.scan, scans.axes))
        except AdcoreError as error:
            logger.warning("%s was left out: %s", row.person, error)
            continue
        if not prepared.fit:
            logger.warning("%s was left out, since its scan fails a check", row.person)
            continue
        volumes = [prepared.volume_ml(labels) for labels in (INTRACRANIAL, *NORMED.values())]
        table.add([[row.person, row.age_years, row.sex, *volumes]])
    return table.rows


def fit_norms(table: pd.DataFrame, trained_on: Collection[str], weights_sha256: str, seed: int) -> Norms:
    """Fit the curves, at the level of those whom the structure network was not trained on, and check them on those.

    Args:
        table: of measure_healthy.
        trained_on: the participants whom the network was trained on; their shape of the curve counts, their level does not.
    """
    random = np.random.default_rng(seed)
    seen = table["person"].isin(list(trained_on)).to_numpy()
    return Norms(
        participants=len(table),
        female=int((table["sex"] == "F").sum()),
        held_out=int((~seen).sum()),
        age_years=(float(table["age_years"].min()), float(table["age_years"].max())),
        scanner=SCANNER,
        source=SOURCE,
        method=(
            "Logarithm of the volume; least squares on age, age squared, sex and the logarithm of the intracranial volume, at "
            "the level of participants whom the structure network was not trained on; normal scatter, each participant beside "
            f"a curve fitted without them; 95% intervals from {RESAMPLES} bootstrap samples of participants."
        ),
        weights_sha256=weights_sha256,
        seed=seed,
        curves={measure: fit_curve(table, measure, seen, random) for measure in NORMED},
        check={measure: _check(table, measure, seen) for measure in NORMED},
    )


def fit_curve(
    table: pd.DataFrame, measure: str, seen: NDArray[np.bool_], random: np.random.Generator, resamples: int = RESAMPLES
) -> NormCurve:
    """One measure's curve.

    Args:
        seen: which participants the network was trained on, (n,).
    """
    terms, target = _regression(table, measure, seen)
    whole = _fit(terms, target, seen)
    draws = (random.integers(0, len(table), len(table)) for _ in range(resamples))
    resampled = np.array([_fit(terms[rows], target[rows], seen[rows]) for rows in draws])
    covariance = np.cov(resampled, rowvar=False)
    return NormCurve(
        coefficients=[float(f"{value:.8g}") for value in whole[:-1]],
        spread=float(f"{np.exp(whole[-1]):.8g}"),
        covariance=[[float(f"{value:.5g}") for value in row] for row in covariance],
    )


def _regression(table: pd.DataFrame, measure: str, seen: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Terms of the curve with one for being trained on, which the curve goes without, and the logarithms of the volumes."""
    columns = (table[name].to_numpy(dtype=np.float64) for name in ("age_years", INTRACRANIAL_COLUMN, measure))
    age, intracranial, volume = columns
    terms = design(age, (table["sex"] == Sex.MALE).to_numpy(), intracranial)
    return np.column_stack([terms, seen]), np.log(np.maximum(volume, LEAST_ML))


def _fit(terms: NDArray[np.float64], target: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients without that of being trained on, then the logarithm of the spread."""
    coefficients = np.linalg.lstsq(terms, target, rcond=None)[0]
    apart = apart_from_the_others(terms, target)
    groups = [apart, apart[~seen]] if (~seen).sum() > 1 else [apart]
    spread = np.mean([np.log(np.sqrt(np.mean(group**2))) for group in groups])
    return np.append(coefficients[:-1], spread)


def apart_from_the_others(terms: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each participant lies from a curve fitted without them (leave one out), (n,)."""
    inverse = np.linalg.pinv(terms)
    leverage = np.einsum("ij,ji->i", terms, inverse)
    apart: NDArray[np.float64] = (target - terms @ (inverse @ target)) / np.clip(1 - leverage, 1e-6, None)
    return apart


def _check(table: pd.DataFrame, measure: str, seen: NDArray[np.bool_]) -> dict[str, float]:
    """Z-scores of those whom the network was not trained on, each by curve and spread of the others."""
    terms, target = _regression(table, measure, seen)
    scores = []
    for row in np.flatnonzero(~seen):
        others = np.arange(len(table)) != row
        fitted = _fit(terms[others], target[others], seen[others])
        scores.append((target[row] - terms[row, :-1] @ fitted[:-1]) / np.exp(fitted[-1]))
    z = np.array(scores)
    return {"participants": float(len(z)), "mean_z": round(float(z.mean()), 3), "spread_of_z": round(float(z.std(ddof=1)), 3)}


def scale_anchors(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Logarithms of a ratio that fix the scales' rules: the median of adults to 40, and the 90th percentile of those of 65.

    The percentile is that of a quadratic in age with normal scatter.

    Args:
        table: of measure_healthy.
    """
    sides = [np.log(table[f"{side} inferior horn"] / table[f"{side} hippocampus"]) for side in (Side.LEFT, Side.RIGHT)]
    brain = table["whole brain"]
    ratios = {"horn / hippocampus": pd.concat(sides), "fluid / brain": np.log((table[INTRACRANIAL_COLUMN] - brain) / brain)}
    found = {}
    for name, ratio in ratios.items():
        ages = table["age_years"].loc[ratio.index].to_numpy(dtype=np.float64)
        curve = np.polynomial.Polynomial.fit(ages, ratio, 2)
        scatter = float(np.std(ratio - curve(ages)))
        marked = float(curve(OLD_YEARS)) + NormalDist().inv_cdf(0.9) * scatter
        found[name] = (float(ratio[ages <= YOUNG_YEARS].median()), marked)
    return found


def shares_at_50(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Logarithms of shares of the intracranial volume at 50 years, mean of both sexes, and their spread.

    By least squares on age, age squared and sex; check_volume_pattern of adcore.prepare.checks.coverage takes them.

    Args:
        table: of measure_healthy.
    """
    age, intracranial = (table[name].to_numpy(dtype=np.float64) for name in ("age_years", INTRACRANIAL_COLUMN))
    terms = design(age, (table["sex"] == Sex.MALE).to_numpy(), intracranial)[:, :-1]
    found = {}
    for measure in ("hippocampi", "whole brain"):
        share = np.log(table[measure].to_numpy(dtype=np.float64) / intracranial)
        coefficients = np.linalg.lstsq(terms, share, rcond=None)[0]
        spread = np.sqrt(np.sum((share - terms @ coefficients) ** 2) / (len(table) - terms.shape[1]))
        found[measure] = (float(coefficients[0] + coefficients[3] / 2), float(spread))
    return found


def clinic_offset(table: pd.DataFrame, norms: Norms) -> NormsOffset:
    """How far a clinic's healthy adults lie from the norms.

    Args:
        table: of measure_healthy; ages outside the norms' are left out.
    Raises:
        CohortError: too few of them.
    """
    youngest, oldest = norms.age_years
    inside = table[table["age_years"].between(youngest, oldest)]
    if len(inside) < LEAST_PARTICIPANTS:
        raise CohortError(
            f"Expected at least {LEAST_PARTICIPANTS} healthy adults of {youngest:.0f} to {oldest:.0f} years with age, sex and a "
            f"scan that passes the checks, got {len(inside)}. Add scans, or go without an offset."
        )
    offsets, spreads = {}, {}
    for measure, curve in norms.curves.items():
        terms, target = _regression(inside, measure, np.zeros(len(inside), dtype=bool))
        above = target - terms[:, :-1] @ np.array(curve.coefficients)
        scatter = float(above.std(ddof=1))
        offsets[measure] = (round(float(above.mean()), 6), round(scatter / np.sqrt(len(inside)), 6))
        spreads[measure] = round(scatter / curve.spread, 3)
    return NormsOffset(participants=len(inside), weights_sha256=norms.weights_sha256, offsets=offsets, spreads=spreads)
