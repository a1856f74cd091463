"""What a user leaves behind: nothing, a set time after the tab was closed, even if nobody else ever comes."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Browser

from app.forget import FORGET_VARIABLE
from tests.browser.conftest import new_user, stand_in
from tests.support.browser.viewer_page import analyse, open_demo

pytestmark = pytest.mark.browser

FORGET_S = 3.0
PATIENCE_S = 120.0


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[str]:
    """Address of an app that nobody has visited, and that forgets soon."""
    yield from stand_in(tmp_path / "log.txt", {FORGET_VARIABLE: str(FORGET_S / 60)})


def statuses(addresses: list[str], asking: APIRequestContext) -> list[int]:
    """Of the answers to whoever holds the cookies of a browser."""
    return [asking.get(address, timeout=60_000).status for address in addresses]


def test_the_first_patient_after_a_start_is_forgotten_once_the_tab_is_closed(browser: Browser, fresh_app: str) -> None:
    with new_user(browser, fresh_app) as page, new_user(browser, fresh_app) as other:
        open_demo(page, "Marked atrophy")
        analyse(page)
        addresses = []
        for name in ("Report", "Result"):
            with page.expect_request("**/files/**") as asked, page.expect_download():
                page.get_by_role("button", name=name).click()
            addresses.append(asked.value.url)
        other.goto("/")
        other.get_by_text("Marked atrophy").first.wait_for()
        assert statuses(addresses, other.request) == [404, 404]  # another browser never gets them
        mine = page.request
        assert statuses(addresses, mine) == [200, 200]
        page.close()
        deadline = time.monotonic() + PATIENCE_S
        while statuses(addresses, mine) != [404, 404] and time.monotonic() < deadline:
            time.sleep(FORGET_S / 4)
        assert statuses(addresses, mine) == [404, 404]
