"""Which requests the server answers, and the security headers of every answer."""

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS_VARIABLE = "ADCORE_HOSTS"
"""Environment variable: host names under which users reach the dashboard besides those of its own machine, with commas."""

HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)
"""The characters of a Host header; others could end the directive of the policy that names it."""

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
"""The page that Streamlit serves at every address."""

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

CLOSED = "/_stcore/metrics"
"""Streamlit's counts of sessions and memory: nobody here reads them."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}


def content_security_policy(host: str) -> str:
    """The policy of a page served under this host, with its port: the page connects back there and nowhere else."""
    back = f" ws://{host} wss://{host}" if _name(host) else ""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *inline_scripts())),
            "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements inline
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{back} data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@cache
def inline_scripts() -> tuple[str, ...]:
    """The scripts that Streamlit writes into its page, by their hashes as a policy names them; no other inline script runs."""
    digests = (hashlib.sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(INDEX.read_text(encoding="utf-8")))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


class OwnPagesOnly:
    """Middleware that answers requests to a known host only, and only from pages of that host and port.

    A page elsewhere can name this machine by a host name of its own (DNS rebinding); that name is not among the known ones.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        named = os.environ.get(HOSTS_VARIABLE, "").split(",")
        self.hosts = OWN_MACHINE | {name.strip().lower() for name in named if name.strip()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it before Streamlit sees it."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        hosts, origin = headers.getlist("host"), headers.get("origin")
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if _name(host) not in self.hosts:
            text = f"The dashboard does not answer to this host name. Whoever runs it can add the name to {HOSTS_VARIABLE}."
            return PlainTextResponse(text, 421)
        if origin is not None and urlsplit(origin).netloc.lower() != host:
            return PlainTextResponse("The dashboard answers to its own pages only.", 403)
        return PlainTextResponse("Not Found", 404) if scope["path"].endswith(CLOSED) else None


class SecurityHeaders:
    """Middleware that adds the security headers to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; websockets pass unchanged."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = content_security_policy(Headers(scope=scope).get("host", ""))
        added = HEADERS | {"Content-Security-Policy": policy} | (TLS_HEADERS if scope["scheme"] == "https" else {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _name(host: str) -> str:
    """The name in a Host header of the form name or name:port; empty where it has another form."""
    try:
        parts = urlsplit(f"//{host}")
        expected = host if parts.port is None else f"{host.rpartition(':')[0]}:{parts.port}"
    except ValueError:  # such as an IPv6 address without its end, or a port that is no number
        return ""
    return parts.hostname or "" if parts.netloc == expected and HOST.fullmatch(host) else ""
