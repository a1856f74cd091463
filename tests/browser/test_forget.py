"""What a user leaves behind: nothing, a set time after the tab was closed, even if nobody else ever comes."""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

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


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            status: int = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    return status


def test_the_first_patient_after_a_start_is_forgotten_once_the_tab_is_closed(browser: Browser, fresh_app: str) -> None:
    with new_user(browser, fresh_app) as page:
        open_demo(page, "Marked atrophy")
        analyse(page)
        page.get_by_role("tab", name="Export").click()
        addresses = []
        for name in ("Report", "Result"):
            with page.expect_request("**/files/**") as asked, page.expect_download():
                page.get_by_role("button", name=name).click()
            addresses.append(asked.value.url)
        assert [status_of(address) for address in addresses] == [200, 200]
    deadline = time.monotonic() + PATIENCE_S
    while {status_of(address) for address in addresses} != {404} and time.monotonic() < deadline:
        time.sleep(FORGET_S / 4)
    assert [status_of(address) for address in addresses] == [404, 404]
