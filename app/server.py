"""ASGI entry point of the dashboard: the Streamlit app and the files it offers, behind security headers.

Start it with `streamlit run app/server.py`.
"""

from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.files import file_route
from app.shared.address import path_on_server

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Streamlit styles its elements inline
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

MOVED = {"over_time": "follow_up"}
"""Pages' former addresses, and where they are now."""


class SecurityHeaders:
    """Middleware that adds HEADERS to every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; websockets pass unchanged."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def moved_route(before: str, now: str) -> Route:
    """A page's former address, which leads to today's with the same query."""

    async def redirect(request: Request) -> RedirectResponse:
        query = request.url.query
        return RedirectResponse(f"{path_on_server(now)}{'?' if query else ''}{query}", 308)

    return Route(path_on_server(before), redirect)


ROUTES = [file_route(), *(moved_route(before, now) for before, now in MOVED.items())]

app = st.App(Path(__file__).with_name("main.py"), routes=ROUTES, middleware=[Middleware(SecurityHeaders)])
