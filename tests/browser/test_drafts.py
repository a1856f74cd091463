import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.viewer_page import analyse, downloaded, open_demo, until_drawn

pytestmark = pytest.mark.browser

WHY = "The temporal horns are wide."


def test_a_draft_survives_a_page_switch_and_becomes_a_note_only_when_saved(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    analyse(page)
    assert not _asks_before_leaving(page)
    _type(_why(page), WHY)
    assert _asks_before_leaving(page)
    _look_elsewhere(page)
    expect(_why(page)).to_have_value(WHY)
    assert _reader(page) is None
    assert _asks_before_leaving(page)  # the result held no draft
    _keep(page)
    assert _asks_before_leaving(page)
    assert _reader(page)["why"] == WHY
    assert not _asks_before_leaving(page)

    _type(_estimate(page), "35")
    _look_elsewhere(page)
    expect(_estimate(page)).to_have_value("35")
    expect(_why(page)).to_have_value(WHY)
    assert _reader(page)["estimate"] is None
    _why(page).press("End")
    _why(page).press_sequentially(" Both.")  # the field still has the focus when the note is kept
    _keep(page)
    reader = _reader(page)
    assert (reader["why"], reader["estimate"]) == (f"{WHY} Both.", 0.35)


def _asks_before_leaving(page: Page) -> bool:
    asks: bool = page.evaluate("() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    return asks


def _type(field: Locator, text: str) -> None:
    """Type, leave the field, and wait until the page says that it holds the draft."""
    field.fill(text)
    field.press("Tab")
    expect(field.page.get_by_text("Not saved yet")).to_be_visible()


def _keep(page: Page) -> None:
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Saved in this session and included in downloads")).to_be_visible()


def _reader(page: Page) -> Any:
    """The reader's part of the result as it could be taken along now."""
    reader = json.loads(downloaded(page, "Result"))["reader"]
    return reader


def _why(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Reason")


def _estimate(page: Page) -> Locator:
    return page.get_by_role("textbox", name="My estimate now")


def _look_elsewhere(page: Page) -> None:
    page.get_by_role("link", name="About", exact=True).click(delay=100)  # as a hand clicks
    expect(page.get_by_role("heading", name="About", exact=True)).to_be_visible()
    page.get_by_role("link", name="Review a patient", exact=True).click()
    expect(_why(page)).to_be_visible()
    # Streamlit forgets what is typed into a fragment while the page around it is still being drawn, and then left.
    until_drawn(page)
