"""adcore token: makes, lists and revokes the tokens by which programs ask the dashboard over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.audit import AuditEvent, AuditTrail, user_pseudonym
from adcore.tokens import DAYS, VARIABLE, make_token, program_id, read_tokens, revoke_token

token = typer.Typer(help="Tokens of programs that ask the dashboard over HTTP.", no_args_is_help=True)

TokenFile = Annotated[Path, typer.Option("--tokens", envvar=VARIABLE, help="File of the tokens.")]
Name = Annotated[str, typer.Argument(help="Name of the program: small letters, digits and hyphens.")]
Key = Annotated[
    str | None, typer.Option("--key", envvar="ADCORE_SIGN_IN_KEY", help="Key of users' pseudonyms.", show_default=False)
]
Audit = Annotated[
    Path | None,
    typer.Option("--audit", envvar="ADCORE_AUDIT", help="File of the audit trail.", show_default=False),
]


@token.command("make")
def make(
    name: Name,
    tokens: TokenFile,
    days: Annotated[int, typer.Option(help="For how many days it holds.")] = DAYS,
    key: Key = None,
    audit: Audit = None,
) -> None:
    """Make a token and print it, this once: the file keeps its digest alone."""
    made = make_token(tokens, name, days)
    try:
        _record(audit, name, key)
    except Exception:
        revoke_token(tokens, name)  # no token without its record
        raise
    typer.echo(made)


@token.command("list")
def list_tokens(tokens: TokenFile, key: Key = None) -> None:
    """List the tokens: name, until when each holds, and by which pseudonym its program stands in the audit trail."""
    for one in read_tokens(tokens):
        pseudonym = user_pseudonym(program_id(one.name, key)) if key else "give --key to see its pseudonym"
        typer.echo(f"{one.name}  until {one.ends[:16]} UTC  {pseudonym}")


@token.command("revoke")
def revoke(name: Name, tokens: TokenFile, key: Key = None, audit: Audit = None) -> None:
    """Revoke a token: from the next request on it lets nobody in."""
    revoke_token(tokens, name)
    _record(audit, name, key)
    typer.echo(f"The token of {name} is revoked.")


def _record(audit: Path | None, name: str, key: str | None) -> None:
    """Record that a program's token was made or revoked."""
    if audit is not None:
        AuditTrail(audit).record(AuditEvent.TOKENS, user=user_pseudonym(program_id(name, key)) if key else None)
