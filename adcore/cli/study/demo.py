"""adcore study demo: the synthetic participants of the errors page."""

from pathlib import Path
from typing import Annotated

import typer

DEMO_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "demo"


def demo(
    out: Annotated[
        Path, typer.Option(help="Folder to write: people.csv and one picture with the slices of each participant.")
    ] = DEMO_FOLDER,
) -> None:
    """Make the synthetic participants of the errors page again, as needed after a change of the slices' configuration."""
    from adcore.cohorts.synthetic.participants import write_participants

    write_participants(out, report=typer.echo)
    typer.echo(f"Written to {out}.")
