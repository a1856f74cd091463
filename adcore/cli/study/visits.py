"""adcore study visits: how a cohort's probabilities move between visits."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, RESCANS_HELP, SEED_HELP


def visits(
    data: Annotated[Path, typer.Option(help="Folder with OASIS-2's table and cor/.")],
    oasis1: Annotated[Path, typer.Option(help=RESCANS_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for visits.json, trends.csv and sessions.csv; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Measure how the probability on the scan alone moves over a cohort's visits, beside rescans within weeks."""
    from adcore.studies.cohort_visits import measure_visits

    study = measure_visits(data, oasis1, out, model, seed)
    typer.echo("\n".join([*study.lines(), f"Written to {out}."]))
