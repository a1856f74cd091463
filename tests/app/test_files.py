import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from adcore.case.reader_note import ReaderNote
from adcore.errors import ReportError
from adcore.store import CaseStore
from app.browser import COOKIE, _digest
from app.files import FileOffer, Make, Offers, file_route
from app.files.route import GONE, address
from app.runtime import UNFORESEEN
from app.store import STORE_VARIABLE
from tests.support.builders import as_scan, tiny_volume

MINE, YOURS = "m" * 43, "y" * 43
"""Cookies of two browsers."""


def refuse() -> bytes:
    raise ReportError("Expected maps, got none. Analyse again.")


def stumble() -> bytes:
    raise ZeroDivisionError("a secret detail")


def report(make: Make = lambda: b"%PDF-") -> FileOffer:
    return FileOffer("Report", "adcore-1.pdf", "application/pdf", make)


def offered() -> Offers:
    return Offers(browser=_digest(MINE))


def fetch(token: str, name: str = "adcore-1.pdf", cookie: str = MINE) -> Response:
    endpoint: Callable = file_route().endpoint
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    asked = Request({"type": "http", "scheme": "http", "headers": headers, "path_params": {"token": token, "name": name}})
    with ThreadPoolExecutor(1) as thread:  # the browser tests leave an event loop in this one
        answer: Response = thread.submit(lambda: asyncio.run(endpoint(asked))).result()
    return answer


def test_an_offered_file_is_made_at_each_fetch_and_no_cache_keeps_it() -> None:
    offers, made = offered(), []

    def make() -> bytes:
        made.append(1)
        return b"%PDF-" + bytes(len(made))

    offers.replace([report(make)])
    answers = [fetch(offers.token) for _ in range(2)]
    assert [answer.body for answer in answers] == [b"%PDF-\0", b"%PDF-\0\0"]
    assert {answer.headers["content-type"] for answer in answers} == {"application/pdf"}
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert {answer.headers["content-disposition"] for answer in answers} == {'attachment; filename="adcore-1.pdf"'}


@pytest.mark.parametrize(("make", "sentence"), [(refuse, "Expected maps, got none. Analyse again."), (stumble, UNFORESEEN)])
def test_what_cannot_be_made_is_a_sentence_without_details(make: Make, sentence: str) -> None:
    offers = offered()
    offers.replace([report(make)])
    answer = fetch(offers.token)
    assert (answer.status_code, answer.body.decode()) == (503, sentence)


def test_only_the_user_offered_a_file_can_fetch_it() -> None:
    mine, yours = offered(), offered()
    mine.replace([report()])
    for token, name in ((yours.token, "adcore-1.pdf"), ("", "adcore-1.pdf"), (mine.token, "adcore-2.pdf")):
        assert fetch(token, name).status_code == 404


@pytest.mark.parametrize("cookie", [YOURS, ""])
def test_another_browser_gets_nothing_by_the_address_of_a_file(cookie: str) -> None:
    offers, outside = offered(), Offers()
    for each in (offers, outside):
        each.replace([report()])
    assert fetch(offers.token, cookie=cookie).body == GONE.encode()
    assert fetch(outside.token, cookie=cookie).status_code == 404  # made for no browser at all


def test_a_file_disappears_with_its_offer_and_with_the_session() -> None:
    offers = offered()
    offers.replace([report()])
    token = offers.token
    offers.replace([])
    assert fetch(token).body == GONE.encode()
    offers.replace([report()])
    assert fetch(token).status_code == 200
    del offers
    gc.collect()
    assert fetch(token).body == GONE.encode()


def test_the_address_lies_below_the_servers_base_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address("t", "n.pdf") == "/files/t/n.pdf"
    monkeypatch.setattr("app.shared.address.st.get_option", lambda _: "/clinic/")
    assert address("t", "n.pdf") == "/clinic/files/t/n.pdf"


def test_what_is_handed_out_of_a_kept_case_is_in_the_store_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, scan = f"sqlite:///{tmp_path}/cases.db", as_scan(*tiny_volume())
    monkeypatch.setenv(STORE_VARIABLE, url)
    store, owner = CaseStore.open(url), _digest(MINE)
    store.keep(owner, scan, note=ReaderNote.afterwards(True, ""))
    offers = offered()
    offers.replace([replace(report(), scan_sha256=scan.sha256)])
    assert fetch(offers.token).status_code == 200
    (case,) = store.cases(owner)
    assert [(file.name, file.size) for file in case.files] == [("adcore-1.pdf", 5)]
    with store._engine.begin() as connection:
        connection.execute(text("DROP TABLE files"))
    assert fetch(offers.token).status_code == 503
