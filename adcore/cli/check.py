"""adcore check: whether scans are fit for a prediction."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, SCANS_HELP


def check(
    scans: Annotated[list[Path], typer.Argument(help=SCANS_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for checks.csv and the contact sheets; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
) -> None:
    """Check whether scans are fit for a prediction, and draw them: outline, atlas and slices. Predicts nothing."""
    from adcore.cohorts.check_scans import check_scans
    from adcore.predict import load_predictor

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    table = check_scans(scans, load_predictor(model), out)
    failed = table[~table["passed"].astype(bool)]
    for scan, rows in failed.groupby("scan", sort=False):
        typer.echo(f"{scan}: {' '.join(rows['sentence'])}")
    checked, unfit = table["scan"].nunique(), failed["scan"].nunique()
    typer.echo(f"{checked - unfit} of {checked} scans are fit. Written to {out}.")
