import asyncio
import gc
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette

from app.forget import forgetting
from app.server import MOVED, moved_route

PAGES = Path(__file__).resolve().parents[2] / "pages"


def location(path: str, query: bytes = b"") -> tuple[int, bytes]:
    """Status of the response to a former address, and where it leads."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    routes = Starlette(routes=[moved_route(before, now) for before, now in MOVED.items()])
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "query_string": query, "headers": []}
    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        thread.submit(lambda: asyncio.run(routes(scope, None, send))).result()  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"])[b"location"]


def test_a_former_address_leads_to_the_page_that_took_its_place() -> None:
    assert location("/over_time") == (308, b"/follow_up")
    assert location("/over_time", b"case=borderline") == (308, b"/follow_up?case=borderline")
    assert all((PAGES / f"{now}.py").is_file() for now in MOVED.values())


def test_a_former_address_behind_a_prefix_stays_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "clinic/"}.get)
    assert location("/clinic/over_time") == (308, b"/clinic/follow_up")


def test_no_collection_walks_what_was_loaded_before_the_first_session(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = SimpleNamespace(_session_storage=SimpleNamespace())
    monkeypatch.setattr("app.forget.get_instance", lambda: SimpleNamespace(_session_mgr=manager))

    async def serve() -> tuple[int, int]:
        async with forgetting():
            return gc.get_freeze_count(), len(gc.get_objects())

    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        aside, walked = thread.submit(lambda: asyncio.run(serve())).result()
    assert aside > 100_000  # Streamlit, torch and pandas, as the server has them
    assert walked < 20_000
    assert gc.get_freeze_count() == 0


def test_streamlit_neither_walks_modules_nor_collects_after_each_run_while_everybody_waits() -> None:
    settings = tomllib.loads((PAGES.parent / ".streamlit" / "config.toml").read_text())
    assert (settings["server"]["fileWatcherType"], settings["runner"]["postScriptGC"]) == ("none", False)
    options = st.config.get_config_options()
    assert {"server.fileWatcherType", "runner.postScriptGC"} <= options.keys()  # Streamlit still has them
