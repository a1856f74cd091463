"""The first screen of an answered case: what it shows without scrolling, and that a volume leads to its place in the scan."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import as_at_first, readout

pytestmark = pytest.mark.browser

SIZES = ((1400, 900), (1920, 1080), (820, 1180), (390, 844), (700, 450))
"""CSS pixels; the last is 1400 x 900 at 200% zoom."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_category_and_reason_are_on_the_first_screen_at_every_size(analysed_page: Page, scheme: str) -> None:
    analysed_page.emulate_media(color_scheme=scheme)
    answer = analysed_page.get_by_role("region", name="Result")
    for width, height in SIZES:
        analysed_page.set_viewport_size({"width": width, "height": height})
        analysed_page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        for shown in (answer.get_by_role("heading"), answer.locator(".reason")):
            expect(shown).to_be_in_viewport(ratio=1)
        main = analysed_page.get_by_test_id("stMain")
        expect(main).to_have_js_property("scrollWidth", main.evaluate("main => main.clientWidth"))
    analysed_page.set_viewport_size({"width": 1400, "height": 900})


def test_the_viewer_uses_the_width_of_a_wide_screen(analysed_page: Page) -> None:
    analysed_page.set_viewport_size({"width": 1920, "height": 1080})
    stage = analysed_page.locator(".viewer .stage").bounding_box()
    analysed_page.set_viewport_size({"width": 1400, "height": 900})
    assert stage
    assert stage["width"] > 0.5 * 1920
    assert stage["x"] + stage["width"] > 0.93 * 1920


def test_a_volume_takes_the_crosshair_to_its_structure(analysed_page: Page) -> None:
    as_at_first(analysed_page)
    for side in ("right", "left"):
        button = analysed_page.get_by_role("button", name=f"{side} hippocampus, 3.")
        button.focus()
        analysed_page.keyboard.press("Enter")
        expect(readout(analysed_page)).to_contain_text(f"Region {side} hippocampus")
