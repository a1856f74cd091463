"""Several users at the running server: none gets what belongs to another, and they wait in line.

Its model is made up, and its analyses end only when they are cancelled.
"""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit
from starlette.types import Message, Receive, Scope, Send

from app.browser import COOKIE, COOKIE_BEHIND_TLS, HEADER, OwnBrowserOnly, _digest, require_setting
from app.log import keep_ids_out
from app.quota import MOST_TABS, QUOTA_VARIABLE, WithinQuota
from tests.browser.conftest import stand_in
from tests.support.asgi import connect
from tests.support.fakes import SLOWNESS_VARIABLE
from tests.support.session_client import Browser

CANCELLED = "The analysis was cancelled. What you entered is kept."
RUNS = "Registering the scan to the atlas"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    yield from stand_in(log, {SLOWNESS_VARIABLE: "1000", QUOTA_VARIABLE: "3"})


@pytest.fixture
def mine(address: str) -> Iterator[Browser]:
    with Browser(address).open() as opened:
        yield opened


@pytest.fixture
def other(address: str) -> Iterator[Browser]:
    with Browser(address).open() as opened:
        yield opened


def test_only_the_browser_that_opened_a_session_uploads_into_it(mine: Browser, other: Browser) -> None:
    path = mine.upload_path()
    assert other.put(path) == 404
    assert other.request(path, "DELETE") == 404
    assert Browser(mine.address).request(path, "DELETE") == 404  # nor one without a cookie
    assert mine.put(path) == 204


def test_a_session_is_taken_up_again_by_its_own_browser_only(mine: Browser, other: Browser) -> None:
    session_id = mine.session_id
    mine.close()
    assert other.open(session_id).session_id != session_id
    assert mine.open(session_id).session_id == session_id
    assert other.open(session_id).session_id != session_id  # nor while it is open
    assert mine.put(mine.upload_path()) == 204


def test_a_client_cannot_name_another_browser(mine: Browser, other: Browser) -> None:
    assert other.open(mine.session_id, **{HEADER: _digest(mine.cookies[COOKIE])}).session_id != mine.session_id


def test_one_users_tabs_hold_no_more_than_the_quota_together(address: str, other: Browser) -> None:
    with Browser(address).open() as first, Browser(address, dict(first.cookies)).open() as second:
        assert first.put(first.upload_path(), bytes(2_000_000)) == 204
        assert second.put(second.upload_path(), bytes(2_000_000)) == 413
        assert second.put(second.upload_path(), bytes(500_000)) == 204
        assert other.put(other.upload_path(), bytes(2_000_000)) == 204  # nobody else has less room for it


def test_one_user_opens_no_more_tabs_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, sessions = "o" * 64, [SimpleNamespace(_user_info={"browser": "o" * 64})] * MOST_TABS
    infos = [SimpleNamespace(session=session) for session in sessions]
    manager = SimpleNamespace(list_sessions=lambda: infos)
    monkeypatch.setattr("app.quota.get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    monkeypatch.setattr("app.quota.owner_of", lambda _: owner)

    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    assert connect(WithinQuota(accept), kind="websocket") == [{"type": "websocket.close", "code": 1013}]
    infos.pop()
    assert connect(WithinQuota(accept), kind="websocket") == [{"type": "websocket.accept"}]


def test_pictures_are_shown_only_to_whom_the_page_showed_them(mine: Browser) -> None:
    path = mine.await_message("logo").logo.image
    assert path.startswith("/media/")
    assert mine.request(path) == 200
    assert Browser(mine.address).request(path) == 404


def test_fonts_are_for_everyone(address: str) -> None:
    font = next(Path(streamlit.__file__).parent.glob("static/static/media/*.woff2"))
    assert Browser(address).request(f"/static/media/{font.name}") == 200


def test_a_browser_keeps_its_cookie(mine: Browser) -> None:
    first = mine.cookies[COOKIE]
    mine.close()
    assert mine.open().cookies[COOKIE] == first


@pytest.mark.parametrize(
    ("scheme", "lasting", "starts", "ends"),
    [
        ("ws", False, f"{COOKIE}=", "=Strict"),
        ("wss", False, f"{COOKIE_BEHIND_TLS}=", "=Strict; Secure"),
        ("wss", True, f"{COOKIE_BEHIND_TLS}=", "=Strict; Secure; Max-Age=34560000"),
    ],
)
def test_no_script_and_no_other_site_uses_the_cookie(scheme: str, lasting: bool, starts: str, ends: str) -> None:
    sent: list[Message] = []

    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept", "headers": []})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    weak = (b"cookie", f"{COOKIE}=guessable".encode())
    scope = {"type": "websocket", "scheme": scheme, "path": "/_stcore/stream", "headers": [weak]}
    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        thread.submit(lambda: asyncio.run(OwnBrowserOnly(accept, lasting=lasting)(scope, receive, send))).result()
    ((name, value),) = sent[0]["headers"]
    cookie = value.decode()
    assert name == b"set-cookie"
    assert cookie.startswith(starts)
    assert cookie.endswith(f"; Path=/; HttpOnly; SameSite{ends}")


def test_the_server_does_not_start_where_sessions_would_not_be_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    require_setting()
    monkeypatch.setattr("app.browser.st.get_option", lambda _: {"X-Email": "email"})
    with pytest.raises(RuntimeError, match=HEADER):
        require_setting()


def test_no_log_line_holds_an_id(mine: Browser, log: Path) -> None:
    path = mine.upload_path()
    mine.put(path)
    session_id = mine.session_id
    mine.open(session_id)  # Streamlit warns that it is open already
    written = log.read_text()
    assert "already connected" in written
    assert session_id not in written
    assert path.rsplit("/", 1)[1] not in written


def test_addresses_are_logged_without_their_secret_parts(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    keep_ids_out()
    try:
        logging.getLogger("uvicorn.access").warning('%s - "%s"', "127.0.0.1", "GET /clinic/files/aSecret-_1/adcore-1.pdf")
        logging.getLogger("a library").warning("%(path)s", {"path": "/upload_file/0f6a1b2c-0000-4000-8000-00000000abcd/1"})
    finally:
        logging.setLogRecordFactory(before)
    assert '127.0.0.1 - "GET /clinic/files/…/adcore-1.pdf"' in caplog.text
    assert "/upload_file/…/1" in caplog.text


@pytest.mark.slow
def test_users_wait_in_line_see_their_place_and_may_leave(address: str) -> None:
    with ExitStack() as tabs:
        users = [tabs.enter_context(Browser(address).open(page="review", query="case=marked")) for _ in range(4)]
        first, second, third, fourth = users
        for place, user in enumerate(users):
            user.click("Analyse")
            user.await_text(f"Waiting: {place} before you" if place else RUNS)
        second.click("Cancel")
        second.await_text(CANCELLED)
        fourth.await_text("Waiting: 2 before you")
        first.click("Cancel")
        first.await_text(CANCELLED)
        third.await_text(RUNS)
        third.close()  # nobody cancels this one, but nobody waits for it either
        fourth.await_text(RUNS)
