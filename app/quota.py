"""How much memory one user may hold: uploads, scans and answers of all their tabs together, and how many tabs."""

import os
import re
from typing import cast

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import exists, get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from adcore.errors import AdcoreError
from app.browser import BROWSER_KEY, UPLOADS, owner_of, this_owner
from app.state.keys import SESSION_KEY
from app.state.session import Session
from app.user import USER_KEY

QUOTA_VARIABLE = "ADCORE_USER_MB"
"""Environment variable: megabytes that one user's tabs may hold together."""

QUOTA_MB = 2000
"""By judgement: twenty scans of 256 x 256 x 256 with their answers, and an upload of the largest size."""

MOST_TABS = 50
"""Open tabs of one user, and those closed some minutes ago; each takes a megabyte or so though it is empty."""

LARGEST_UPLOAD = 300 << 20
"""Bytes that an upload, or a series of an archive, counts as before it is known how long it is."""


class FullError(AdcoreError):
    """A user's tabs hold as much as one user may."""


class WithinQuota:
    """Middleware that takes uploads and opens tabs while their user, or browser, stays within the quota."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it."""
        owner = owner_of(HTTPConnection(scope)) if scope["type"] in ("http", "websocket") else None
        if owner and scope["type"] == "websocket" and len(_sessions(owner)) >= MOST_TABS:
            await send({"type": "websocket.close", "code": 1013})
        elif owner and scope["type"] == "http" and scope["method"] == "PUT" and UPLOADS.search(scope["path"]):
            said = Headers(scope=scope).get("content-length", "")
            try:
                require_room(owner, int(said) if re.fullmatch(r"[0-9]{1,12}", said) else LARGEST_UPLOAD)
            except FullError as error:
                while (await receive()).get("more_body"):  # else the browser, which is still sending, would not see the answer
                    pass
                await PlainTextResponse(str(error), 413)(scope, receive, send)
            else:
                await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def require_room(owner: str | None, wanted: int) -> None:
    """Refuse what would take a user beyond the quota.

    Args:
        owner: who wants it; None: the one for whom the page at hand runs.
        wanted: bytes.
    Raises:
        FullError: there is no room; the text says what to do.
    """
    owner = owner or this_owner()
    held = sum(map(_held, _sessions(owner))) if owner and exists() else 0
    if held + wanted > quota():
        raise FullError(
            f"Your tabs hold {held / 1e6:.0f} MB, and one user may hold {quota() / 1e6:.0f} MB. Close tabs that you no "
            "longer need, wait some minutes, and try again."
        )


def quota() -> int:
    """The most bytes that one user's tabs may hold.

    Raises:
        RuntimeError: it is set to something else than megabytes.
    """
    text = os.environ.get(QUOTA_VARIABLE) or str(QUOTA_MB)
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise RuntimeError(f'Expected {QUOTA_VARIABLE} to be whole megabytes above 0, got "{text}".')
    return int(text) * 1_000_000


def _sessions(owner: str) -> list[AppSession]:
    """The sessions of a user, or of a browser where nobody signs in; those whose tab was closed just now, too."""
    manager = cast(WebsocketSessionManager, get_instance()._session_mgr)
    sessions = [info.session for info in manager.list_sessions()]
    return [one for one in sessions if (one._user_info.get(USER_KEY) or one._user_info.get(BROWSER_KEY)) == owner]


def _held(session: AppSession) -> int:
    files = cast(MemoryUploadedFileManager, get_instance().uploaded_file_mgr).file_storage.get(session.id, {})
    uploaded = sum(len(file.data) for file in list(files.values()))
    if SESSION_KEY not in session.session_state:
        return uploaded
    state: Session = session.session_state[SESSION_KEY]
    return uploaded + state.held_bytes
