import re

import pytest
from playwright.sync_api import Page, expect

from adcore.words import DISCLAIMER
from tests.support.browser.accessible import assert_accessible
from tests.support.browser.viewer_page import until_drawn

pytestmark = pytest.mark.browser


def test_no_page_has_an_error_in_page_or_console_and_card_and_errors_are_free_of_serious_violations(page: Page) -> None:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/")
    expect(page.get_by_role("button", name="Read the card")).to_be_visible()
    for other, heading in (("Review a patient", "Review a patient"), ("Follow-up", "Follow-up"), ("About", "About")):
        page.get_by_role("link", name=other, exact=True).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        until_drawn(page)
    assert not errors

    page.get_by_role("link", name="Model card", exact=True).click()
    expect(page.get_by_text("10. Limits and reproduction")).to_be_visible()
    page.get_by_role("button", name="Unfold every section").click()
    expect(page.get_by_text("Trained on", exact=True)).to_be_visible()  # the last section
    expect(page.get_by_text(DISCLAIMER).first).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart").first.locator(".main-svg").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    wide, shown = page.get_by_test_id("stMain").evaluate("main => [main.scrollWidth, main.clientWidth]")
    assert wide <= shown
    page.set_viewport_size({"width": 1400, "height": 900})

    page.get_by_role("link", name="Errors", exact=True).click()
    expect(page.get_by_text("158 of 158 participants shown")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("Confidently wrong").click()
    expect(page.get_by_text("158 of 158 participants shown")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Probability of impairment", exact=True)).to_be_visible()
    assert_accessible(page)
    page.set_viewport_size({"width": 820, "height": 1180})
    for choices in page.get_by_role("toolbar").all():
        assert choices.evaluate("bar => bar.scrollWidth <= bar.clientWidth"), choices.inner_text()
    page.set_viewport_size({"width": 1400, "height": 900})
    assert not errors


def test_a_section_of_the_card_opens_by_its_address_and_by_keyboard_and_then_stands_in_the_address(page: Page) -> None:
    page.goto("/model_card?split=true")
    expect(page.get_by_text("Leakage certificate")).to_be_visible()
    fold = page.locator("summary").filter(has_text="2. Model version")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="vgg16.safetensors")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/model_card\?split=true&version=true$"))
    expect(page.get_by_text("Verbal answers as the product gives them")).to_have_count(0)


def test_a_link_or_a_click_on_a_row_opens_a_case_and_the_address_keeps_in_step_on_this_page_alone(page: Page) -> None:
    page.goto("/errors?case=OAS1_0003")
    expect(page.get_by_role("heading", name="OAS1_0003")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="OAS1_0003")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/errors\?case=OAS1_(?!0003)\d{4}$"))
    page.go_back()
    expect(page.get_by_role("heading", name="OAS1_0003")).to_be_visible()

    page.get_by_role("link", name="Review a patient", exact=True).click()
    expect(page.get_by_role("heading", name="Review a patient")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/review$"))
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.get_by_role("link", name="Errors", exact=True).click()
    expect(page.get_by_role("heading", name="OAS1_0003")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/errors\?case=OAS1_0003$"))

    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    table.locator(".dvn-scroller").click(position={"x": 15, "y": 55})  # the first row's box
    worst = page.locator('[class*="st-key-adcore_worst_"] button').first.inner_text()
    expect(page.get_by_role("heading", name=worst)).to_be_visible()


def test_a_link_leads_to_its_case_and_a_click_into_the_matrix_filters(page: Page) -> None:
    page.goto("/errors?case=OAS1_0003")
    heading = page.get_by_role("heading", name="OAS1_0003")
    expect(heading).to_be_visible()
    expect(heading).to_be_in_viewport(timeout=20_000)
    matrix = page.locator(".st-key-errors_confusion .nsewdrag").first
    matrix.scroll_into_view_if_needed()
    box = matrix.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 3 * box["height"] / 4)
    missed = page.get_by_test_id("stButtonGroup").get_by_text("False negative")
    shown = re.search(r"\d+", missed.inner_text())
    assert shown
    expect(page.get_by_text(f"{shown.group()} of 158 participants shown")).to_be_visible()
