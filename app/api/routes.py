"""The endpoint's routes: beside Streamlit's own, behind the same gate, with the same worker, queue, audit trail and store."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adcore.analysis import Analysis
from adcore.errors import (
    AdcoreError,
    AnalysisStoppedError,
    AuditError,
    ModelError,
    ReadingStoppedError,
    SeveralSeriesError,
    StoreError,
)
from app.api.fields import TooLargeError, read_form
from app.api.openapi import ANALYSE, openapi
from app.audit import record_answer
from app.jobs import MAX_JOBS, MAX_JOBS_OF_ONE
from app.runtime import BusyError, Job, as_refusal, runtime
from app.shared.address import path_on_server
from app.shared.series import read_recorded
from app.state.prevalence import clinics_prevalence
from app.store import keep
from app.user import user_of

NOBODY = "a program on this machine"
"""Whose the work is where nobody signs in: all programs together are one user."""

LOOK_S = 0.5
"""Seconds between two looks whether whoever asked is still there."""

NO_STORE = {"Cache-Control": "no-store"}

_asking: Counter[str] = Counter()


def api_routes() -> list[Route]:
    """The routes, for the server to mount."""
    return [
        Route(path_on_server(ANALYSE[1:]), _analyse, methods=["POST"]),
        Route(path_on_server("api/openapi.json"), _describe),
    ]


async def _describe(request: Request) -> Response:
    return JSONResponse(openapi(path_on_server("")))


async def _analyse(request: Request) -> Response:
    try:
        return JSONResponse(await _document(request), headers=NO_STORE)
    except Exception as error:
        refusal = as_refusal(error)
        content: dict[str, object] = {"error": str(refusal)}
        if isinstance(refusal, SeveralSeriesError):
            content["series"] = [
                {"number": one.number, "description": one.description, **({"problem": one.problem} if one.problem else {})}
                for one in refusal.series
            ]
        return JSONResponse(content, _status(refusal), NO_STORE)


def _status(refusal: AdcoreError) -> int:
    if isinstance(refusal, TooLargeError):
        return 413
    if isinstance(refusal, BusyError):
        return 429
    sound = (AnalysisStoppedError, AuditError, ModelError, ReadingStoppedError, StoreError)
    return 503 if type(refusal) is AdcoreError or isinstance(refusal, sound) else 422


async def _document(request: Request) -> dict[str, object]:
    """The document of the scan and fields that were sent; kept and recorded before it is given.

    Raises:
        AdcoreError: as a sentence for whoever asked.
    """
    user = user_of(request.scope)
    owner = user.id if user else NOBODY
    with _turn(owner):
        asked = await read_form(request)
        scan = await asyncio.to_thread(read_recorded, asked.files, asked.series, user)
        job = await asyncio.to_thread(lambda: runtime().start(uuid4().hex, scan, asked.record, owner))
        analysis = await _result(job, request)
        if user is not None:
            await asyncio.to_thread(lambda: keep(scan, (job.key, analysis), owner=user.id))
        await asyncio.to_thread(record_answer, analysis, user)
        prevalence = asked.prevalence if asked.prevalence is not None else clinics_prevalence()
        return await asyncio.to_thread(lambda: analysis.to_json(prevalence=prevalence))


async def _result(job: Job[Analysis], request: Request) -> Analysis:
    """Wait for the analysis; cancel it if whoever asked has gone."""
    waiting = asyncio.wrap_future(job.future)
    try:
        while not (await asyncio.wait({waiting}, timeout=LOOK_S))[0]:
            if await request.is_disconnected():
                break
    finally:
        if not waiting.done():
            job.cancel()
    return await asyncio.to_thread(job.result)


@contextmanager
def _turn(owner: str) -> Iterator[None]:
    """One of the requests that a user, and all together, may have at work: each holds its scan in memory from its first byte.

    Raises:
        BusyError: there are too many already.
    """
    if _asking[owner] >= MAX_JOBS_OF_ONE or _asking.total() >= MAX_JOBS:
        raise BusyError(f"{MAX_JOBS_OF_ONE} requests of one user, and {MAX_JOBS} of all, are the most. Try again in a minute.")
    _asking[owner] += 1
    try:
        yield
    finally:
        _asking[owner] -= 1
