import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import analyse, downloaded, open_demo

pytestmark = pytest.mark.browser


def test_a_file_that_cannot_be_made_gives_a_sentence_and_the_others_can_still_be_fetched(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    page.get_by_role("textbox", name="Age (years").fill("96")  # whose maps the stand-in can't make
    page.keyboard.press("Enter")
    analyse(page)
    page.get_by_role("button", name="Maps on the scan").click()
    status = page.locator(".files .file").filter(has_text="Maps on the scan").get_by_role("status")
    expect(status).to_contain_text("Maps on the scan's grid (NIfTI, zip) could not be made.")
    expect(status).not_to_contain_text("a secret detail")
    assert json.loads(downloaded(page, "Result"))["record"]["age_years"] == 96
    saved = page.locator(".files .file").filter(has_text="Result (JSON)").get_by_role("status")  # beside its own button
    expect(saved).to_have_text(re.compile(r"^Saved as adcore-\w{8}\.json\.$"))
    expect(status).to_contain_text("could not be made.")  # how one file fared outlasts how the next one did


def test_a_file_can_be_fetched_during_a_rerun_and_holds_the_note_just_saved(analysed: Page) -> None:
    for pause_ms in (0, 100, 400):
        why = f"Seen after {pause_ms} ms."
        analysed.get_by_role("textbox", name="Reason").fill(why)
        analysed.keyboard.press("Tab")
        expect(analysed.get_by_text("Not saved yet")).to_be_visible()
        analysed.get_by_role("button", name="Save the note").click()
        expect(analysed.get_by_text("Not saved yet")).to_be_hidden()
        analysed.wait_for_timeout(pause_ms)
        assert json.loads(downloaded(analysed, "Result"))["reader"]["why"] == why


def test_files_requested_in_quick_succession_all_arrive_despite_a_rerun(analysed: Page) -> None:
    with (
        analysed.expect_download(lambda download: download.suggested_filename.endswith(".pdf")),
        analysed.expect_download(lambda download: download.suggested_filename.endswith(".json")),
        analysed.expect_download(lambda download: download.suggested_filename.endswith("-maps.zip")),
    ):
        for name in ("Report", "Result", "Maps"):
            analysed.get_by_role("button", name=name).click()
            analysed.locator("body").press("r")  # Streamlit's key for drawing all of the page again
    expect(analysed.locator('.files button[aria-busy="true"]')).to_have_count(0)
    expect(analysed.locator(".files [role=status]", has_text="Saved as")).to_have_count(3)


def test_an_answer_no_longer_held_gives_a_sentence(analysed: Page) -> None:
    analysed.route(
        "**/files/**", lambda route: route.continue_(url=re.sub("/files/[^/]+/", "/files/another/", route.request.url))
    )
    analysed.get_by_role("button", name="Result").click()
    expect(analysed.locator(".files [role=status]", has_text="no longer holds this answer")).to_have_count(1)
