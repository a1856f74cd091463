"""To which browser a session belongs, with its uploads, pictures and files: the one whose cookie opened it, in its user's hands.

A session's id stands in the addresses of its uploads, so it is no secret. The cookie is one: no script reads it, and no page from
elsewhere has it sent. Streamlit compares it, as a header that only this server sets, when a session is taken up again.
"""

import hashlib
import re
import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.user import ROLE_HEADER, ROLE_KEY, USER_HEADER, USER_KEY, User, this_user, user_of

COOKIE = "adcore-browser"
COOKIE_BEHIND_TLS = f"__Host-{COOKIE}"
"""The prefix has browsers refuse it from any other host (RFC 6265bis, 4.1.3.2)."""

LASTING_S = 400 * 24 * 3600
"""Seconds for which a lasting cookie is kept after its last use: the most that browsers grant (RFC 6265bis, 5.5)."""

HEADER, BROWSER_KEY = "X-Adcore-Browser", "browser"
"""The header that carries a browser on to Streamlit, and where `server.trustedUserHeaders` has Streamlit keep it."""

TRUSTED_HEADERS = {HEADER: BROWSER_KEY, USER_HEADER: USER_KEY, ROLE_HEADER: ROLE_KEY}

MADE_HERE = re.compile(r"[A-Za-z0-9_-]{43}")

UPLOADS = re.compile(r"/_stcore/upload_file/([^/]+)/")
MEDIA = re.compile(r"(?<!/static)/media/([^/.]+)")
"""Pictures that a page shows; the fonts of every page lie below /static/media/."""


class OwnBrowserOnly:
    """Middleware that answers for a session to its own browser only; to any other, as if there were no such session.

    Args:
        lasting: whether the browser keeps its cookie when it is closed, since cases that are kept belong to it.
    """

    def __init__(self, app: ASGIApp, *, lasting: bool = False) -> None:
        self.app = app
        self.lasting = lasting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or deny what belongs to another browser."""
        if scope["type"] == "websocket":
            await self._open(scope, receive, send)
        elif scope["type"] == "http" and not _may_have(scope):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a session under the browser's cookie; a browser without one gets it with the acceptance, a lasting one anew."""
        known = _cookie(scope)
        cookie = known or secrets.token_urlsafe(32)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "websocket.accept" and (known is None or self.lasting):
                kept = f"; Max-Age={LASTING_S}" if self.lasting else ""
                MutableHeaders(scope=message).append("Set-Cookie", _set_cookie(scope, cookie) + kept)
            await send(message)

        scope = dict(scope)
        MutableHeaders(scope=scope)[HEADER] = _digest(
            cookie, user_of(scope)
        )  # in place of whatever the client sent under this name
        await self.app(scope, receive, send_with_cookie)


def this_browser() -> str | None:
    """The browser for which the page at hand runs; None outside the server."""
    context = get_script_run_ctx(suppress_warning=True)
    browser = context.user_info.get(BROWSER_KEY) if context else None
    return browser if isinstance(browser, str) else None


def browser_of(connection: HTTPConnection) -> str | None:
    """The browser that asks; None where it has no cookie of this server. In another user's hands it is another."""
    cookie = _cookie(connection.scope)
    return _digest(cookie, user_of(connection.scope)) if cookie else None


def this_owner() -> str | None:
    """To whom belongs what the page at hand keeps: the user, or the browser where nobody signs in; None outside the server."""
    user = this_user()
    return user.id if user else this_browser()


def owner_of(connection: HTTPConnection) -> str | None:
    """To whom belongs what is handed out to whoever asks."""
    user = user_of(connection.scope)
    return user.id if user else browser_of(connection)


def require_setting() -> None:
    """Refuse to start where Streamlit would take sessions up again without comparing browsers.

    Raises:
        RuntimeError: `server.trustedUserHeaders` lacks the browser, the user or the role.
    """
    trusted = st.get_option("server.trustedUserHeaders") or {}
    if missing := [f'{header} = "{key}"' for header, key in TRUSTED_HEADERS.items() if trusted.get(header) != key]:
        raise RuntimeError(
            f"Expected the setting server.trustedUserHeaders to hold {', '.join(missing)}, as .streamlit/config.toml does. "
            "Start the dashboard from the project's folder, and name these headers wherever you set this option yourself."
        )


def _may_have(scope: Scope) -> bool:
    """Whether the request concerns no session, or one of the browser that asks."""
    path = scope["path"]
    if upload := UPLOADS.search(path):
        sessions = {upload[1]}
    elif media := MEDIA.search(path):
        shown = get_instance().media_file_mgr._files_by_session_and_coord  # Streamlit has no other record of who was shown what
        sessions = {session for session, files in list(shown.items()) if media[1] in list(files.values())}
    else:
        return True
    asking = browser_of(HTTPConnection(scope))
    return asking is not None and any(_browser_of_session(session) == asking for session in sessions)


def _browser_of_session(session_id: str) -> str | None:
    client = get_instance().get_client(session_id)
    context = client.client_context if client else None
    return dict(context.headers).get(HEADER.lower()) if context else None


def _cookie(scope: Scope) -> str | None:
    value = HTTPConnection(scope).cookies.get(_cookie_name(scope), "")
    return value if MADE_HERE.fullmatch(value) else None


def _set_cookie(scope: Scope, value: str) -> str:
    return f"{_cookie_name(scope)}={value}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if _tls(scope) else ''}"


def _cookie_name(scope: Scope) -> str:
    return COOKIE_BEHIND_TLS if _tls(scope) else COOKIE


def _tls(scope: Scope) -> bool:
    return scope["scheme"] in ("https", "wss")


def _digest(cookie: str, user: User | None = None) -> str:
    return hashlib.sha256(f"{cookie} {user.id}".encode() if user else cookie.encode()).hexdigest()
