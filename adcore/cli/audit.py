"""adcore audit: checks an audit trail of the dashboard."""

from pathlib import Path
from typing import Annotated

import typer

audit = typer.Typer(help="The dashboard's audit trail.", no_args_is_help=True)


@audit.command("user")
def tell_user(
    name: Annotated[str, typer.Argument(help="The name that a user signs in by.")],
    key: Annotated[str, typer.Option("--key", envvar="ADCORE_SIGN_IN_KEY", help="Key of users' pseudonyms.")],
) -> None:
    """Tell by which pseudonym a user stands in the trail, and owns cases."""
    from adcore.audit import user_id, user_pseudonym

    typer.echo(user_pseudonym(user_id(name, key)))


@audit.command("verify")
def verify_trail(trail: Annotated[Path, typer.Argument(help="The file that ADCORE_AUDIT names.")]) -> None:
    """Check that no record of an audit trail was altered, removed or inserted."""
    from adcore.audit import verify

    records, last = verify(trail)
    typer.echo(
        f"{records} records, each follows from the one before. Keep this line elsewhere: it tells a shortened file. {last}"
    )
