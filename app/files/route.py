"""The route from which the browser fetches offered files: beside Streamlit's own, so that a rerun of the page can't lose one."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.audit import AuditEvent, record
from app.browser import browser_of, owner_of
from app.runtime import as_refusal
from app.shared.address import path_on_server
from app.state.offers import find
from app.store import keep_file
from app.user import user_of

GONE = "The program no longer holds this answer. Reload the page and analyse again."

NO_STORE = {"Cache-Control": "no-store"}  # no browser or proxy keeps a patient's file


def address(token: str, name: str) -> str:
    """Path of a file on this server; with placeholders as arguments, the pattern of the route."""
    return path_on_server(f"files/{token}/{name}")


def file_route() -> Route:
    """The route, for the server to mount."""
    return Route(address("{token}", "{name}"), _serve)


async def _serve(request: Request) -> Response:
    """Make the file; if that fails, respond with the sentence for the user as the body."""
    file = find(request.path_params["token"], request.path_params["name"], browser_of(request))
    if file is None:
        return PlainTextResponse(GONE, 404, NO_STORE)
    try:
        content = await asyncio.to_thread(file.make)
        await asyncio.to_thread(record, AuditEvent.EXPORT, file.name, user=user_of(request.scope))
        await asyncio.to_thread(keep_file, owner_of(request), file.scan_sha256, file.name, content)
    except Exception as error:
        return PlainTextResponse(str(as_refusal(error)), 503, NO_STORE)
    saved = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(content, media_type=file.media_type, headers=NO_STORE | saved)
