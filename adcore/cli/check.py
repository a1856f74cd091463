"""The command line's part for many scans: are they fit, and what do they look like."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.errors import AdcoreError


def check(
    scans: Annotated[list[Path], typer.Argument(help="T1 scans: .nii, .nii.gz, .mgh, .mgz, DICOM folders, or zips.")],
    out: Annotated[Path, typer.Option(help="Folder for checks.csv and the contact sheets; run again to go on.")],
    model: Annotated[str | None, typer.Option(help="Model name or folder; the shipped one if not given.")] = None,
) -> None:
    """Check whether scans are fit to be judged, and draw them: outline, atlas and planes. Judges nobody."""
    from adcore.cohorts.check_scans import check_scans
    from adcore.predict import load_predictor

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        table = check_scans(scans, load_predictor(model), out)
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    failed = table[~table["passed"].astype(bool)]
    for scan, rows in failed.groupby("scan", sort=False):
        typer.echo(f"{scan}: {' '.join(rows['sentence'])}")
    typer.echo(
        f"{table['scan'].nunique() - failed['scan'].nunique()} of {table['scan'].nunique()} scans are fit. Written to {out}."
    )
