"""The command line, one file a command; every command loads what it needs when it runs."""

from typing import Annotated

import typer

from adcore.cli.audit import audit
from adcore.cli.bids import BidsCommand, bids
from adcore.cli.check import check
from adcore.cli.evaluate import evaluate
from adcore.cli.info import info
from adcore.cli.pacs import pacs
from adcore.cli.predict import predict
from adcore.cli.prepare import prepare
from adcore.cli.receive import receive
from adcore.cli.refusals import RefusingGroup
from adcore.cli.store import store
from adcore.cli.structures import structures
from adcore.cli.study import study
from adcore.cli.token import token
from adcore.cli.train import train
from adcore.version import __version__

app = typer.Typer(
    help="Assists the early detection of Alzheimer's disease. Research prototype, not for diagnostic use.",
    cls=RefusingGroup,
    no_args_is_help=True,
)

app.command()(predict)
app.command(cls=BidsCommand)(bids)
app.command()(check)
app.command()(prepare)
app.command()(train)
app.command()(evaluate)
app.command()(info)
app.command()(receive)
app.add_typer(audit, name="audit")
app.add_typer(pacs, name="pacs")
app.add_typer(store, name="store")
app.add_typer(structures, name="structures")
app.add_typer(study, name="study")
app.add_typer(token, name="token")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"adcore {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Assists the early detection of Alzheimer's disease. Research prototype, not for diagnostic use."""
