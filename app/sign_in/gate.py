"""The gate before everything else: who asks is known by the proxy or the identity provider, or nothing is answered."""

import asyncio
import os
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.shared.address import path_on_server
from app.sign_in import oidc, programs
from app.sign_in.peer import peer_of
from app.sign_in.settings import SignIn, own_address
from app.user import NONE, OIDC, PROXY, ROLE_HEADER, SCOPE, SIGN_IN_VARIABLE, USER_HEADER, User

HEALTH = "_stcore/health"
"""Answered to everyone: it says "ok", and nothing else."""

OWN_MACHINE_ONLY = (
    f"This dashboard has no sign-in, so it answers to its own machine only. Whoever runs it can set {SIGN_IN_VARIABLE}."
)
PROXY_ONLY = "This dashboard answers to its proxy only."
NOT_NAMED = "The proxy did not say who you are, or said it twice. Sign in there, and try again."
NO_ROLE = "You are signed in, but have no role in this dashboard. Ask whoever runs it."


class Refused(Exception):  # noqa: N818
    """Nobody who may be answered; carries what is answered instead."""

    def __init__(self, response: Response) -> None:
        self.response = response


class SignedInOnly:
    """Middleware that answers to users who are signed in; where nobody signs in, to its own machine."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.sign_in = SignIn.read()
        self.open = os.environ.get(SIGN_IN_VARIABLE) == NONE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection with its user in its scope and its headers, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            user, seconds = self._admit(scope)
        except Refused as refusal:
            if scope["type"] == "http":
                await refusal.response(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        scope = _carrying(scope, user)
        send = oidc.keeping_to_tls(scope, send)
        if scope["type"] == "websocket" and seconds is not None:
            receive = _ending(receive, send, seconds)
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> tuple[User | None, float | None]:
        """Who asks, and for how many seconds that is believed; None, None where nobody signs in.

        Raises:
            Refused: nobody who may be answered.
        """
        if scope["path"] == path_on_server(HEALTH):
            return None, None
        if self.sign_in is None:
            sender = own_address(peer_of(scope))
            if not self.open and not (sender and sender.is_loopback):
                raise Refused(PlainTextResponse(OWN_MACHINE_ONLY, 403))
            return None, None
        if self.sign_in.way == PROXY and not self.sign_in.is_proxy(peer_of(scope)):
            raise Refused(PlainTextResponse(PROXY_ONLY, 403))
        if token := programs.token_of(scope):
            return _known_by_token(token, self.sign_in), None
        if self.sign_in.way == OIDC:
            return _known_by_provider(scope, self.sign_in)
        return _named_by_proxy(scope, self.sign_in), self.sign_in.seconds


def _known_by_provider(scope: Scope, sign_in: SignIn) -> tuple[User | None, float | None]:
    if oidc.is_before_sign_in(scope):
        return None, None
    answer = oidc.leads_to_provider(scope) or oidc.known_by_provider(scope, sign_in)
    if isinstance(answer, Response):
        raise Refused(answer)
    return answer


def _known_by_token(token: str, sign_in: SignIn) -> User:
    answer = programs.known_by_token(token, sign_in)
    if isinstance(answer, Response):
        raise Refused(answer)
    return answer


def _named_by_proxy(scope: Scope, sign_in: SignIn) -> User:
    headers = Headers(scope=scope)
    names = headers.getlist(sign_in.user)
    if len(names) != 1 or not names[0].strip():
        raise Refused(PlainTextResponse(NOT_NAMED, 401))
    groups = (group.strip() for line in headers.getlist(sign_in.groups) for group in line.split(","))
    user = sign_in.user_of(names[0].strip(), groups)
    if user is None:
        raise Refused(PlainTextResponse(NO_ROLE, 403))
    return user


def _carrying(scope: Scope, user: User | None) -> Scope:
    """The same connection with its user, and without what the client sent under the headers of a user."""
    scope = {**scope, SCOPE: user}
    headers = MutableHeaders(scope=scope)
    for name in (USER_HEADER, ROLE_HEADER):
        del headers[name]
    if user is not None:
        headers[USER_HEADER], headers[ROLE_HEADER] = user.id, user.role.name
    return scope


def _ending(receive: Receive, send: Send, seconds: float) -> Receive:
    """Receives the same for some seconds, then ends the connection: the page's next one has to show anew who it is."""
    deadline = time.monotonic() + seconds

    async def receive_in_time() -> Message:
        try:
            return await asyncio.wait_for(receive(), deadline - time.monotonic())
        except TimeoutError:
            await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}

    return receive_in_time
