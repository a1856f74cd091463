"""adcore audit: checks an audit trail of the dashboard."""

from pathlib import Path
from typing import Annotated

import typer

audit = typer.Typer(help="The dashboard's audit trail.", no_args_is_help=True)


@audit.callback()
def _group() -> None:
    """The dashboard's audit trail."""


@audit.command("verify")
def verify_trail(trail: Annotated[Path, typer.Argument(help="The file that ADCORE_AUDIT names.")]) -> None:
    """Check that no record of an audit trail was altered, removed or inserted."""
    from adcore.audit import verify

    records, last = verify(trail)
    typer.echo(
        f"{records} records, each follows from the one before. Keep this line elsewhere: it tells a shortened file. {last}"
    )
