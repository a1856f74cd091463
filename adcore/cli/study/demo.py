"""adcore study demo: the synthetic participants of the errors page, and the pictures of the demo patients."""

from pathlib import Path
from typing import Annotated

import typer

DEMO_FOLDER = Path(__file__).resolve().parents[3] / "assets" / "demo"


def demo(
    out: Annotated[
        Path,
        typer.Option(
            help="Folder to write: people.csv, one picture with the slices of each participant, and one of each demo patient."
        ),
    ] = DEMO_FOLDER,
) -> None:
    """Make the synthetic participants and the demo patients' pictures again, as after a change of the slices' configuration."""
    from adcore.cohorts.synthetic.participants import write_participants
    from adcore.cohorts.synthetic.pictures import write_pictures

    write_pictures(out, report=typer.echo)
    write_participants(out, report=typer.echo)
    typer.echo(f"Written to {out}.")
