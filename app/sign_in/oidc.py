"""Sign-in by OpenID Connect: Streamlit's own login routes and signed cookie, asked before anything of the dashboard is served."""

import html
import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Message, Scope, Send
from streamlit.auth_util import get_origin_from_redirect_uri, get_signing_secret, is_authlib_installed, validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from app.shared.address import path_on_server
from app.sign_in.settings import KEY_CHARACTERS, SignIn
from app.user import User

SIGN_IN, SIGN_OUT = "sign_in", "auth/logout"
BEFORE = ("auth/login", SIGN_OUT, "oauth2callback")
"""Streamlit's routes that lead to the provider and back."""

PROVIDER = "default"
"""As Streamlit calls the one provider of the section `[auth]`."""

NOT_SIGNED_IN = "You are not signed in, or your sign-in is over. Sign in to go on."
NO_ROLE = "You are signed in, but have no role in this dashboard. Ask whoever runs it, or sign in as somebody else."

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in · adcore</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 30rem; margin: 15vh auto; padding: 0 1rem; color: #17212b; background: #fff }}
a {{ display: inline-block; padding: 0.6rem 1.2rem; border-radius: 0.4rem; color: #fff; background: #1f5f8b }}
</style></head>
<body><main><h1>adcore</h1><p>{sentence}</p><p><a href="{address}">{label}</a></p>
<p>Research prototype. Not a medical device. Not for diagnostic use.</p></main></body></html>
"""


def require_provider() -> None:
    """Refuse to start where nobody could sign in.

    Raises:
        RuntimeError: what is missing, in a sentence.
    """
    if not is_authlib_installed():
        raise RuntimeError('Sign-in by OpenID Connect needs two more packages: pip install "adcore[oidc]".')
    try:
        validate_auth_credentials(PROVIDER)
    except StreamlitAuthError as error:
        raise RuntimeError(
            f"Expected a provider in [auth] of .streamlit/secrets.toml (docs/how-to/sign-in.md). {error}"
        ) from None
    if len(get_signing_secret()) < KEY_CHARACTERS:
        raise RuntimeError(
            f"Expected [auth] of .streamlit/secrets.toml to hold a cookie_secret of at least {KEY_CHARACTERS} characters: "
            "whoever guesses it can sign in as anybody."
        )


def is_before_sign_in(scope: Scope) -> bool:
    """Whether a request is a step of signing in or out."""
    return scope["type"] == "http" and scope["path"] in [path_on_server(path) for path in BEFORE]


def leads_to_provider(scope: Scope) -> Response | None:
    """The way to the provider, where a request asks for it. Its link is made then, since it holds for two minutes."""
    if scope["type"] == "http" and scope["path"] == path_on_server(SIGN_IN):
        return RedirectResponse(generate_login_redirect_url(PROVIDER), 302, {"Cache-Control": "no-store"})
    return None


def known_by_provider(scope: Scope, sign_in: SignIn) -> tuple[User, float] | Response:
    """Who asks, and for how many seconds the provider's word is believed; or what they are answered instead."""
    claims = _claims(HTTPConnection(scope))
    name, left = claims.get(sign_in.user), _seconds_left(claims, sign_in.seconds)
    if not isinstance(name, str) or not name.strip() or left <= 0:
        return _answer(scope, 401, NOT_SIGNED_IN, SIGN_IN, "Sign in")
    said = claims.get(sign_in.groups)
    groups = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    user = sign_in.user_of(name.strip(), [group for group in groups if isinstance(group, str)])
    return _answer(scope, 403, NO_ROLE, SIGN_OUT, "Sign out") if user is None else (user, left)


def keeping_to_tls(scope: Scope, send: Send) -> Send:
    """Sends the same, but Streamlit's cookies behind TLS over TLS alone: Streamlit does not say so of them."""
    if scope["scheme"] not in ("https", "wss"):
        return send

    async def send_secure(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            kept = [(name, value + b"; Secure" if _is_open_cookie(name, value) else value) for name, value in headers.raw]
            message = {**message, "headers": kept}
        await send(message)

    return send_secure


def _is_open_cookie(name: bytes, value: bytes) -> bool:
    return name.lower() == b"set-cookie" and value.startswith(b"_streamlit_") and b"secure" not in value.lower()


def _claims(connection: HTTPConnection) -> Mapping[str, Any]:
    """What the provider said of the user, from the cookie that this server signed; empty where it says nothing."""
    raw = _get_signed_cookie_with_chunks(connection.cookies, USER_COOKIE_NAME)
    claims = json.loads(raw) if raw else {}
    return claims if claims.get("is_logged_in") is True and claims.get("origin") == get_origin_from_redirect_uri() else {}


def _seconds_left(claims: Mapping[str, Any], seconds: float) -> float:
    issued = claims.get("iat")
    return issued + seconds - time.time() if isinstance(issued, int | float) else 0.0


def _answer(scope: Scope, status: int, sentence: str, path: str, label: str) -> Response:
    """A page with one way on for a browser that opens one, the sentence for anything else."""
    asks_for_page = scope["type"] == "http" and scope["method"] == "GET"
    if asks_for_page and "text/html" in HTTPConnection(scope).headers.get("accept", ""):
        page = PAGE.format(sentence=html.escape(sentence), address=path_on_server(path), label=label)
        return HTMLResponse(page, status, {"Cache-Control": "no-store"})
    return PlainTextResponse(sentence, status)
