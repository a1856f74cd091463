"""Unattended checks of many scans: a table with every check of each scan, a picture of each, and contact sheets."""

import logging
from collections.abc import Iterable
from dataclasses import astuple, fields
from pathlib import Path

import pandas as pd

from adcore.case.check import Check
from adcore.case.reason import CheckCode
from adcore.cohorts.contact_sheet import draw_scan, join_pictures
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.progress import with_progress
from adcore.errors import AdcoreError
from adcore.predict import Predictor
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.readers.isolation import in_child

CHECKS_FILE = "checks.csv"
COLUMNS = ["scan", *(field.name for field in fields(Check))]

logger = logging.getLogger(__name__)


def check_scans(paths: Iterable[Path], predictor: Predictor, out: Path) -> pd.DataFrame:
    """Read, register and check scans one after another; a scan that cannot be read or registered becomes a row of the table.

    Args:
        paths: scans as adcore.readers takes them. The output refers to scans by these paths, so they should not contain names of
            patients.
        out: folder for `pictures`, contact sheets and checks.csv, which grows scan by scan so that a stopped run resumes.
    Returns:
        COLUMNS, one row per check and scan.
    """
    pictures = out / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    table = GrowingTable(out / CHECKS_FILE, COLUMNS, "%.5g")
    seen = set(table.rows["scan"])
    left = [path for path in paths if str(path) not in seen]
    for path in with_progress(left, "checking", len(left)):
        picture = pictures / f"{table.rows['scan'].nunique():04d}.png"
        table.add([(str(path), *astuple(check)) for check in _check(path, predictor, picture)])
    join_pictures(sorted(pictures.glob("*.png")), out)
    return table.rows


def _check(path: Path, predictor: Predictor, picture: Path) -> tuple[Check, ...]:
    try:
        prepared = prepare_scan(in_child(read_scan, path, None))
    except AdcoreError as error:
        logger.warning("%s: %s", path, error)
        unknown = float("nan")
        return (Check(CheckCode.PREPARATION, unknown, unknown, False, str(error), "The scan could not be read or registered."),)
    checks = prepared.checks
    training_distance = predictor.check_training_distance(predictor.read(prepared))
    if training_distance is not None:
        checks = (*checks, training_distance)
    failed = [check.name for check in checks if not check.passed]
    draw_scan(prepared, f"{path.name.split('.')[0]}: {', '.join(failed) or 'fit'}", picture)
    return checks
