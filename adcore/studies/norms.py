"""Norms from healthy adults: volumes measured by the structure network, curves fitted with bootstrap intervals."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.ixi import LabelledSubject
from adcore.cohorts.progress import with_progress
from adcore.errors import PreparationError
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.volumetry.findings import INTRACRANIAL, MEASURES, intracranial_share
from adcore.volumetry.norms import NormCurve, Norms, design

RESAMPLES = 500
SCANNER = "Philips Intera, 3 T, Hammersmith Hospital"
SOURCE = "Healthy adults of IXI (brain-development.org, CC BY-SA 3.0)"
COLUMNS = ["person", "age_years", "sex", "intracranial_ml", *MEASURES]

logger = logging.getLogger(__name__)


def measure_healthy(subjects: tuple[LabelledSubject, ...], path: Path) -> pd.DataFrame:
    """Volumes as shares of the intracranial volume, of subjects with age and sex; resumes where `path` ends.

    Args:
        path: CSV that is written as it grows.
    """
    table = GrowingTable(path, COLUMNS, "%.6f")
    done = set(table.rows["person"])
    left = [one for one in subjects if one.age_years and one.person not in done]
    for subject in with_progress(left, "norms", len(left)):
        try:
            prepared = prepare_scan(read_scan(subject.scan))
        except PreparationError as error:
            logger.warning("%s was left out: %s", subject.person, error)
            continue
        row = [subject.person, subject.age_years, subject.sex, prepared.volume_ml(INTRACRANIAL)]
        row += [intracranial_share(measure, prepared) for measure in MEASURES]
        table.add([row])
    return table.rows


def fit_norms(table: pd.DataFrame, held_out: frozenset[str], weights_sha256: str, seed: int) -> Norms:
    """Fit the curves to all participants, and check them on those whom the network was not trained on.

    Args:
        table: of measure_healthy.
        held_out: the participants whom the network was not trained on.
    """
    random = np.random.default_rng(seed)
    seen = table[~table["person"].isin(held_out)]
    unseen = table[table["person"].isin(held_out)]
    return Norms(
        participants=len(table),
        female=int((table["sex"] == "F").sum()),
        age_years=(float(table["age_years"].min()), float(table["age_years"].max())),
        scanner=SCANNER,
        source=SOURCE,
        method=(
            "Logarithm of the share of the intracranial volume; least squares on age, age squared and sex; normal scatter; "
            f"95% intervals from {RESAMPLES} bootstrap samples of participants."
        ),
        weights_sha256=weights_sha256,
        seed=seed,
        curves={measure: fit_curve(table, measure, random) for measure in MEASURES},
        check={measure: _check(seen, unseen, measure, random) for measure in MEASURES},
    )


def fit_curve(table: pd.DataFrame, measure: str, random: np.random.Generator) -> NormCurve:
    """One measure's curve."""
    terms = design(table["age_years"].to_numpy(dtype=np.float64), (table["sex"] == "M").to_numpy())
    target = np.log(table[measure].to_numpy(dtype=np.float64))
    whole = _fit(terms, target)
    draws = (random.integers(0, len(table), len(table)) for _ in range(RESAMPLES))
    resampled = [[round(float(value), 6) for value in _fit(terms[rows], target[rows])] for rows in draws]
    return NormCurve(coefficients=[float(value) for value in whole[:-1]], spread=float(whole[-1]), resampled=resampled)


def _fit(terms: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients, then the residual standard deviation."""
    coefficients = np.linalg.lstsq(terms, target, rcond=None)[0]
    freedom = max(1, len(target) - terms.shape[1])
    return np.append(coefficients, np.sqrt(((target - terms @ coefficients) ** 2).sum() / freedom))


def _check(seen: pd.DataFrame, unseen: pd.DataFrame, measure: str, random: np.random.Generator) -> dict[str, float]:
    curve = fit_curve(seen, measure, random)
    terms = design(unseen["age_years"].to_numpy(dtype=np.float64), (unseen["sex"] == "M").to_numpy())
    z = (np.log(unseen[measure].to_numpy(dtype=np.float64)) - terms @ np.array(curve.coefficients)) / curve.spread
    return {"participants": float(len(z)), "mean_z": round(float(z.mean()), 3), "spread_of_z": round(float(z.std(ddof=1)), 3)}
