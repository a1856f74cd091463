"""Who truly sent a request: uvicorn replaces the sender by whom a proxy's headers name, so it is kept beside."""

import os
from collections.abc import Sequence

import uvicorn.config
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.sign_in.settings import PROXY_VARIABLE

PEER = "adcore.peer"
"""Where a connection's scope holds the address at its other end."""


class PeerKept(ProxyHeadersMiddleware):
    """uvicorn's own, which also believes the named proxy's word on whether the browser came by TLS."""

    def __init__(self, app: object, trusted_hosts: Sequence[str] | str = "127.0.0.1") -> None:
        known = trusted_hosts.split(",") if isinstance(trusted_hosts, str) else list(trusted_hosts)
        named = os.environ.get(PROXY_VARIABLE, "").split(",")
        super().__init__(app, [name.strip() for name in (*known, *named) if name.strip()])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Serve one connection."""
        if scope["type"] != "lifespan":
            scope[PEER] = (scope.get("client") or ("",))[0]
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


def keep_peers() -> None:
    """From now on, servers that uvicorn starts in this process keep who sent a request."""
    setattr(uvicorn.config, ProxyHeadersMiddleware.__name__, PeerKept)  # uvicorn looks it up there as it loads an app


def peer_of(scope: Scope) -> str:
    """The address that a request came from; empty where the server at work did not keep it."""
    return str(scope.get(PEER, ""))
