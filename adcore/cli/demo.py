"""The command line's part for the synthetic people of the errors page."""

from pathlib import Path
from typing import Annotated

import typer

DEMO_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "demo"


def demo(
    out: Annotated[Path, typer.Option(help="Folder to write: people.csv and one picture of planes a person.")] = DEMO_FOLDER,
) -> None:
    """Make the synthetic people of the errors page again: needed after a change of the planes' configuration."""
    from adcore.cohorts.synthetic.participants import write_participants

    write_participants(out, tell=typer.echo)
    typer.echo(f"Written to {out}.")
