"""adcore prepare: whole-head scans made ready for training or evaluation."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import COHORT_HELP, named


def prepare(
    data: Annotated[Path, typer.Option(help=f"{COHORT_HELP[0].upper()}{COHORT_HELP[1:]}.")],
    out: Annotated[Path, typer.Option(help="Folder for the prepared slices, tables and contact sheets; run again to continue.")],
    workers: Annotated[int, typer.Option(help="Processes that prepare at once, one thread and about 2.5 GB each.", min=1)] = 1,
    keep: Annotated[
        str | None, typer.Option(help="Further columns of the table to keep, with commas between, such as a label to train on.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Retry scans that could not be used before.")] = False,
) -> None:
    """Prepare whole-head scans for training. A scan that can't be used is listed in failed.csv, and the others go on."""
    from adcore.cohorts.layouts import find_scans
    from adcore.cohorts.prepare_cohort import prepare_cohort
    from adcore.cohorts.prepared_folder import FAILED

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    usable, failed = prepare_cohort(find_scans(data, named(keep)), out, workers, again=again)
    typer.echo(f"{usable} of {usable + failed} can be used. Written to {out}." + (f" Why not: {FAILED}." if failed else ""))
