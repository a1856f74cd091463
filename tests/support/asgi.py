"""One connection to an ASGI app, without a server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """What an HTTP request got."""

    status: int
    headers: dict[str, str]
    text: str


def connect(app: ASGIApp, *headers: tuple[str, str], kind: str = "http", **scope: Any) -> list[Message]:
    """What an app sends back to one request, or to one opening of a websocket that sends nothing more."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    whole = {"type": kind, "method": "GET", "path": "/", "scheme": "http", "query_string": b"", "headers": raw, **scope}
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "http.request"} if kind == "http" else {"type": "websocket.connect"}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        thread.submit(lambda: asyncio.run(app(whole, receive, send))).result()
    return sent


def get(app: ASGIApp, *headers: tuple[str, str], **scope: Any) -> Answer:
    """What an app answers to one request."""
    start, *bodies = connect(app, *headers, **scope)
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], named, b"".join(body.get("body", b"") for body in bodies).decode())
