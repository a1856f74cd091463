"""Programs at the HTTP endpoint: known by a token of their own, which opens that endpoint and nothing else."""

import os
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from adcore.errors import TokenError
from adcore.tokens import PREFIX, VARIABLE, program_id, program_of, read_tokens
from app.shared.address import path_on_server
from app.sign_in.settings import SignIn
from app.user import Role, User

OPENED = ("api/analyse", "api/openapi.json")
"""What a token opens, of the server's addresses."""

SCHEME = "Bearer"
"""RFC 6750, 2.1."""

NOT_KNOWN = (
    "This token is not known here, was revoked, or its time is over. Whoever runs the dashboard makes another: adcore token make."
)


def require_tokens(sign_in: SignIn | None) -> None:
    """Refuse to start with a file of tokens that is damaged, or that would keep nobody out.

    Raises:
        RuntimeError: why, and what to do.
    """
    path = os.environ.get(VARIABLE)
    if path and sign_in is None:
        raise RuntimeError(
            f"{VARIABLE} names a file of tokens, but nobody signs in, so programs need none. Set how users sign in "
            f"(docs/how-to/sign-in.md), or unset {VARIABLE}."
        )
    if path:
        try:
            read_tokens(Path(path))
        except TokenError as error:
            raise RuntimeError(f"{VARIABLE}: {error}") from error


def token_of(scope: Scope) -> str | None:
    """The token that a program sent to the endpoint; None where it is none of this server's kind, such as a proxy's own."""
    if scope["type"] != "http" or scope["path"] not in [path_on_server(path) for path in OPENED] or not os.environ.get(VARIABLE):
        return None
    sent = Headers(scope=scope).getlist("authorization")
    scheme, _, token = sent[0].partition(" ") if len(sent) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == SCHEME.lower() and token.strip().startswith(PREFIX) else None


def known_by_token(token: str, sign_in: SignIn) -> User | Response:
    """The program that has this token, as a reader; or what it is answered instead."""
    try:
        name = program_of(Path(os.environ[VARIABLE]), token)
    except TokenError as error:
        return PlainTextResponse(f"No token can be checked now. {error}", 503)
    if name is None:
        return PlainTextResponse(NOT_KNOWN, 401, {"WWW-Authenticate": f'{SCHEME} error="invalid_token"'})
    return User(program_id(name, sign_in.key), Role.READER)
