import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.viewer_page import analyse, downloaded, open_demo

pytestmark = pytest.mark.browser


def test_a_file_that_cannot_be_made_is_a_sentence_and_the_others_can_still_be_had(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    page.get_by_role("spinbutton", name="Age (years").fill("96")  # whose maps the stand-in can't make
    page.keyboard.press("Enter")
    analyse(page)
    page.get_by_role("tab", name="Take along").click()
    page.get_by_role("button", name="Maps on the scan").click()
    alert = page.get_by_test_id("stAlert").filter(has_text="could not be made")
    expect(alert).to_contain_text("Maps on the scan's grid (NIfTI, zip) could not be made.")
    expect(alert).not_to_contain_text("a secret detail")
    assert json.loads(downloaded(page, "Result"))["record"]["age_years"] == 96
    expect(alert).to_have_count(0)


def test_a_file_can_be_had_while_a_note_is_being_kept_and_goes_with_it(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    analyse(page)
    for pause_ms in (0, 60, 150, 300, 600):
        why = f"Seen after {pause_ms} ms."
        page.get_by_role("tab", name="Answer", exact=True).click()
        page.get_by_role("textbox", name="Why").fill(why)
        page.keyboard.press("Tab")
        expect(page.get_by_text("Not kept yet")).to_be_visible()
        page.get_by_role("button", name="Keep the note").click()
        page.get_by_role("tab", name="Take along").click()
        page.wait_for_timeout(pause_ms)
        assert json.loads(downloaded(page, "Result"))["reader"]["why"] == why
