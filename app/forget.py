"""Forgets closed tabs: a session, with its scan, answer and files, ends a set time after its connection; its work sooner.

Streamlit itself drops such a session only when another one comes or goes, which on a quiet machine may be never.
"""

import asyncio
import gc
import math
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from streamlit.runtime import get_instance
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from app.state.keys import SESSION_KEY

FORGET_VARIABLE = "ADCORE_FORGET_MINUTES"
"""Environment variable: minutes for which a session outlives its connection, so that a lost one may come back."""

FORGET_MINUTES = 2.0

SWEEPS = 8
"""Sweeps within that time; a session is gone at most one sweep later than its time."""


CANCEL_S = 10.0
"""Seconds after the end of its connection at which a session's work ends, at most twice that; a reload's may have come back."""


@asynccontextmanager
async def forgetting() -> AsyncIterator[None]:
    """For as long as the server runs, end sessions whose time is over.

    What is loaded by now is set aside from garbage collection: Streamlit collects after every run of a page, which walked half a
    million objects of the packages, with the interpreter's lock held, while health and every other page waited.
    """
    gc.collect()
    gc.freeze()  # before the first session, so nothing of a patient is among it
    seconds = 60 * float(os.environ.get(FORGET_VARIABLE) or FORGET_MINUTES)
    closed = TTLCache[str, SessionInfo](maxsize=math.inf, ttl=seconds)
    manager = cast(WebsocketSessionManager, get_instance()._session_mgr)
    cast(MemorySessionStorage, manager._session_storage)._cache = closed  # Streamlit has no setting for how long it keeps them
    sweeping = [asyncio.create_task(_sweep(closed, seconds / SWEEPS)), asyncio.create_task(_cancel(closed))]
    yield
    for task in sweeping:
        task.cancel()
    gc.unfreeze()


async def _sweep(closed: TTLCache[str, SessionInfo], pause_s: float) -> None:
    while True:
        await asyncio.sleep(pause_s)
        if _end(closed):
            await asyncio.to_thread(gc.collect)  # a session's parts refer to one another


async def _cancel(closed: TTLCache[str, SessionInfo]) -> None:
    """Again and again, end the work of sessions that had no connection the last time either."""
    before: set[str] = set()
    while True:
        await asyncio.sleep(CANCEL_S)
        now = dict(closed.items())
        for session_id in before & now.keys():
            state = now[session_id].session.session_state
            if SESSION_KEY in state:
                state[SESSION_KEY].cancel()
        before = set(now)


def _end(closed: TTLCache[str, SessionInfo]) -> int:
    """End the sessions whose time is over; how many they were."""
    ended = [info.session for _, info in closed.expire()]
    for session in ended:
        session.shutdown()
        if SESSION_KEY in session.session_state:
            session.session_state[SESSION_KEY].cancel()
            session.session_state[SESSION_KEY].withdraw()
        # Streamlit's main loop may hold the last session until the next one comes, so what it held is taken out of it.
        session._session_state = SessionState()
        session._fragment_storage.clear()
        session.flush_browser_queue()
    return len(ended)
