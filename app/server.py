"""ASGI entry point of the dashboard: the Streamlit app and the files it offers, for its own pages only.

Start it with `streamlit run app/server.py`.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import fpdf.encryption  # noqa: F401  # what fails to import inside a page keeps that page's session, and so a patient, alive
import streamlit as st
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from app.api import api_routes
from app.audit import AuditEvent, record
from app.browser import OwnBrowserOnly, require_setting
from app.compression import CompressedScripts
from app.demo_answers import demo_answers
from app.files import file_route
from app.forget import forgetting
from app.guard import OwnPagesOnly, SecurityHeaders
from app.log import keep_ids_out
from app.memory import give_freed_memory_back
from app.pacs import archive
from app.quota import WithinQuota, quota
from app.shared.address import path_on_server
from app.sign_in import SignedInOnly, require_sign_in, who_is_let_in
from app.sign_in.peer import keep_peers
from app.store import case_store, is_kept, require_received
from app.user import signs_in

MOVED = {"over_time": "follow_up"}
"""Pages' former addresses, and where they are now."""


def moved_route(before: str, now: str) -> Route:
    """A page's former address, which leads to today's with the same query."""

    async def redirect(request: Request) -> RedirectResponse:
        query = request.url.query
        return RedirectResponse(f"{path_on_server(now)}{'?' if query else ''}{query}", 308)

    return Route(path_on_server(before), redirect)


@asynccontextmanager
async def running(app: st.App) -> AsyncIterator[None]:
    """What holds for as long as the server runs."""
    give_freed_memory_back()
    require_setting()
    require_sign_in()
    quota()
    keep_ids_out()
    require_received()
    case_store()  # here, so that a store that can't be used stops the server, and nothing is first imported inside a page
    archive()  # the same
    record(AuditEvent.START)
    print(who_is_let_in(), flush=True)
    async with forgetting():
        with demo_answers():
            yield
    record(AuditEvent.STOP)


MultiPartParser.spool_max_size = sys.maxsize  # Starlette writes what is larger than 1 MB to a file on the disk
keep_peers()  # before uvicorn wraps what it finds here

app = st.App(
    Path(__file__).with_name("main.py"),
    lifespan=running,
    routes=[file_route(), *api_routes(), *(moved_route(before, now) for before, now in MOVED.items())],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(OwnPagesOnly),
        Middleware(SignedInOnly),
        Middleware(OwnBrowserOnly, lasting=is_kept() and not signs_in()),  # where users sign in, cases belong to them
        Middleware(WithinQuota),
        Middleware(CompressedScripts),
    ],
)
