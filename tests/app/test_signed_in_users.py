"""Users at the running server behind a proxy that signs them in: each gets their own, whatever browser they share.

Its model is made up; this machine stands for the proxy.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from adcore.audit import user_id, user_pseudonym
from app.audit import AUDIT_VARIABLE
from app.browser import COOKIE
from tests.app.test_sign_in import KEY, PROXIED
from tests.browser.conftest import stand_in
from tests.support.session_client import Browser

MEIER = {"X-Forwarded-User": "meier", "X-Forwarded-Groups": "science"}
SCHULZ = {"X-Forwarded-User": "schulz", "X-Forwarded-Groups": "science"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed in") / "audit.jsonl"


@pytest.fixture(scope="module")
def address(trail: Path) -> Iterator[str]:
    settings = {**PROXIED, "ADCORE_PROXY": "127.0.0.1", AUDIT_VARIABLE: str(trail)}
    yield from stand_in(trail.with_name("log.txt"), settings)


def browser(address: str, headers: dict[str, str], cookies: dict[str, str] | None = None) -> Browser:
    return Browser(address, dict(cookies or {}), headers)


def test_nothing_but_health_is_answered_to_whom_the_proxy_does_not_name(address: str) -> None:
    nobody = browser(address, {})
    assert [nobody.request(path) for path in ("/", "/review", "/static/index.html", "/media/x.png", "/files/a/b")] == [401] * 5
    assert nobody.request("/_stcore/health") == 200
    with pytest.raises(InvalidStatus):
        nobody.open()


def test_a_session_an_upload_and_a_picture_are_the_users_own_in_a_shared_browser(address: str) -> None:
    with browser(address, MEIER).open() as mine:
        picture, path, session_id = mine.await_message("logo").logo.image, mine.upload_path(), mine.session_id
        shared = {COOKIE: mine.cookies[COOKIE], **mine.cookies}
        assert browser(address, SCHULZ, shared).request(picture) == 404
        with browser(address, SCHULZ, shared).open(session_id) as other:
            assert other.session_id != session_id
            assert other.put(path) == 404
        assert (mine.put(path), mine.request(picture)) == (204, 200)
        mine.close()
        promoted = browser(address, {**MEIER, "X-Forwarded-Groups": "it"}, mine.cookies).open(session_id)
        assert promoted.session_id != session_id  # another role begins anew, too
        promoted.close()
        assert mine.open(session_id).session_id == session_id


def test_what_a_client_says_of_itself_is_not_believed(address: str, trail: Path) -> None:
    spoofed = {"X-Adcore-User": "0" * 64, "X-Adcore-Role": "ADMINISTRATOR"}
    with browser(address, {**MEIER, **spoofed}).open(page="start") as mine:
        assert mine.await_text("Signed in as ") == "Signed in as "
        assert mine.await_text("Or open a demo patient")
    users = {json.loads(line)["user"] for line in trail.read_text().splitlines()} - {None}
    meier, schulz = (user_pseudonym(user_id(name, KEY)) for name in ("meier", "schulz"))
    assert {meier} <= users <= {meier, schulz}
    assert "meier" not in trail.read_text()
