import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.accessible import assert_accessible, faults
from tests.support.browser.viewer_page import open_demo

pytestmark = pytest.mark.browser


def test_start_and_about_are_free_of_serious_violations(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Read the card")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="About", exact=True).click()
    expect(page.get_by_text("Known limits")).to_be_visible()
    assert_accessible(page)


def test_a_review_before_its_answer_is_free_of_serious_violations_and_planted_ones_are_found(page: Page) -> None:
    open_demo(page, "Typical ageing")
    page.get_by_text("Blinded read", exact=True).click()
    expect(page.get_by_role("button", name="Continue without an estimate")).to_be_visible()
    page.get_by_role("textbox", name="MMSE (points, 0 to 30)").fill("31")  # a refusal beneath the field
    page.keyboard.press("Enter")
    expect(page.get_by_text("there is nothing to analyse yet")).to_be_visible()
    assert_accessible(page)
    page.evaluate("document.querySelector('h1, [role=heading]').insertAdjacentHTML('afterend', '<button></button>')")
    page.locator(".viewer").evaluate("viewer => viewer.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert {"button-name", "image-alt"} <= {fault["id"] for fault in faults(page)}


@pytest.mark.parametrize("tab", [None, "Answer", "Inputs", "Saliency", "Volumes", "Scan"])
def test_an_answer_is_free_of_serious_violations(analysed: Page, tab: str | None) -> None:
    analysed.get_by_role("button", name="Overlay").click()
    analysed.get_by_label("Outlines").select_option("medial")
    regions = analysed.locator(".viewer details.regions")
    regions.evaluate("details => { details.open = true }")
    if tab is not None:
        open_for_researchers(analysed, tab)
    assert_accessible(analysed)


def open_for_researchers(page: Page, tab: str) -> None:
    """Unfold what is meant for researchers, once, and choose one of its tabs."""
    chosen = page.get_by_role("tab", name=tab, exact=True)
    if not chosen.is_visible():
        page.get_by_text("For researchers").click()
    chosen.click()
    expect(chosen).to_have_attribute("aria-selected", "true")
