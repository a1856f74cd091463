"""The address that offered files are fetched from: beside Streamlit's own, so that a page drawn anew can't lose one."""

import asyncio

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.failures import as_refusal
from app.files.offer import find

GONE = "This page's answer is no longer held by the program. Load the page again, and analyse again."

NO_STORE = {"Cache-Control": "no-store"}  # no browser or proxy keeps a patient's file


def address(token: str, name: str) -> str:
    """Path of a file on this server; with placeholders, the pattern of all of them."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/files/{token}/{name}"


def file_route() -> Route:
    """The route to hand to the server."""
    return Route(address("{token}", "{name}"), _serve)


async def _serve(request: Request) -> Response:
    """Make the file; where that fails, the sentence for the user is the body."""
    file = find(request.path_params["token"], request.path_params["name"])
    if file is None:
        return PlainTextResponse(GONE, 404, NO_STORE)
    try:
        content = await asyncio.to_thread(file.make)
    except Exception as error:
        return PlainTextResponse(str(as_refusal(error)), 503, NO_STORE)
    saved = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(content, media_type=file.media_type, headers=NO_STORE | saved)
