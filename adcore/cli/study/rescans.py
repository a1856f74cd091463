"""adcore study rescans: how repeatable the figures of a visit are."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, RESCANS_HELP, SEED_HELP


def rescans(
    scans: Annotated[list[Path], typer.Argument(help="Two or more whole-head scans, to be scanned again by simulation.")],
    oasis1: Annotated[Path, typer.Option(help=RESCANS_HELP)],
    runs: Annotated[Path, typer.Option(help="Folder for measured scans; run again to continue.")] = Path("runs/rescans"),
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Measure how much the figures of an unchanged subject differ between two scans, and write that beside the weights."""
    from adcore.studies.rescans import write_repeatability

    repeatability, target = write_repeatability(scans, oasis1, runs, model, seed, typer.echo)
    typer.echo(f"{repeatability.model_dump_json(indent=1)}\nWritten to {target}.")
