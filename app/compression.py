"""The pages' scripts and styles, compressed on their way: Streamlit leaves that to a proxy, which not everyone has."""

import re

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SCRIPTS = re.compile(r"/static/(js|css)/[^/]+\.(js|css)$")
"""Streamlit's own, the same for everyone: compressing a secret beside what a stranger chose would tell of the secret."""

LEVEL = 5
"""Of gzip: a third of the bytes for some hundredths of a second, once a browser, which then keeps them."""


class CompressedScripts:
    """Compresses those answers alone."""

    def __init__(self, app: ASGIApp):
        self._as_it_is = app
        self._compressed = GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        scripts = scope["type"] == "http" and SCRIPTS.search(scope["path"])
        await (self._compressed if scripts else self._as_it_is)(scope, receive, send)
