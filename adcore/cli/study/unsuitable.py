"""adcore study unsuitable: what scans that no model should answer about get."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP


def unsuitable(
    heads: Annotated[list[Path], typer.Argument(help="Whole heads of healthy adults, of which the cases are made.")],
    out: Annotated[Path, typer.Option(help="Folder for unsuitable.csv and unsuitable.md; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
) -> None:
    """Make unsuitable scans of healthy heads, check and classify them, and write the table of every case."""
    from adcore.predict import load_predictor
    from adcore.studies.unsuitable import in_brief, measure_unsuitable

    rows = measure_unsuitable(heads, load_predictor(model), out)
    typer.echo(f"{in_brief(rows)} Written to {out}.")
