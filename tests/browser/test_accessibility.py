import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import open_demo, settle

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")

EXCUSED = (
    ("color-contrast", 'label[data-testid="stWidgetLabel"][disabled]'),  # Streamlit greys it; WCAG 1.4.3 exempts what is disabled
)
"""Rule and selector of what Streamlit draws and leaves no say in; every other rule holds there too."""

STYLED = """() => [...document.querySelectorAll('[data-testid="stMain"] [data-testid="stCaptionContainer"]')]
    .every((caption) => getComputedStyle(caption).opacity === "0.75")"""
"""Whether the project's style sheet holds for every caption: Streamlit takes it away for a moment while it draws a page anew."""

FAULTS = """async (excused) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], elementRef: true });
    const isExcused = (id, { element }) => excused.some(([rule, selector]) => rule === id && element?.closest(selector));
    return violations.flatMap(({ id, impact, nodes }) => nodes.filter((node) => !isExcused(id, node))
        .map(({ html, failureSummary }) => ({ id, impact, html, failureSummary })));
}"""


def test_the_check_finds_violations_in_the_page_and_in_the_viewer(page: Page) -> None:
    open_demo(page, "Typical ageing")
    page.evaluate("document.querySelector('h1, [role=heading]').insertAdjacentHTML('afterend', '<button></button>')")
    page.locator(".viewer").evaluate("viewer => viewer.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert {"button-name", "image-alt"} <= {fault["id"] for fault in faults(page)}


def test_start_is_free_of_serious_violations(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Read the card")).to_be_visible()
    assert_accessible(page)


def test_a_review_before_its_answer_is_free_of_serious_violations(page: Page) -> None:
    open_demo(page, "Typical ageing")
    page.get_by_text("Blinded read", exact=True).click()
    expect(page.get_by_role("button", name="Commit")).to_be_visible()
    page.get_by_role("spinbutton", name="MMSE (points, 0 to 30)").fill("31")  # a refusal beneath the field
    page.keyboard.press("Enter")
    expect(page.get_by_text("there is nothing to analyse yet")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("tab", [None, "Answer", "Inputs", "Maps", "Volumes", "Scan"])
def test_an_answer_is_free_of_serious_violations(analysed: Page, tab: str | None) -> None:
    analysed.get_by_role("button", name="Overlay").click()
    analysed.get_by_label("Outlines").select_option("medial")
    regions = analysed.locator(".viewer details.regions")
    regions.evaluate("details => { details.open = true }")
    if tab is not None:
        open_for_researchers(analysed, tab)
    assert_accessible(analysed)


def test_follow_up_is_free_of_serious_violations(page: Page) -> None:
    page.goto("/follow_up")
    page.get_by_role("button", name="Load the synthetic course").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(3)
    assert_accessible(page)
    page.get_by_role("button", name="Compare the visits").click()
    expect(page.get_by_role("button", name="Course (JSON)")).to_be_visible()
    page.locator(".viewer[data-ready]").first.wait_for()
    assert_accessible(page)


def test_errors_and_a_case_are_free_of_serious_violations(page: Page) -> None:
    page.goto("/errors")
    expect(page.get_by_text("158 of 158 participants shown")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Probability of impairment", exact=True)).to_be_visible()
    assert_accessible(page)


def test_the_model_card_is_free_of_serious_violations(page: Page) -> None:
    page.goto("/model_card")
    expect(page.get_by_text("Trained on", exact=True)).to_be_visible()  # the last section
    assert_accessible(page)


def test_about_is_free_of_serious_violations(page: Page) -> None:
    page.goto("/about")
    expect(page.get_by_text("Known limits")).to_be_visible()
    assert_accessible(page)


def open_for_researchers(page: Page, tab: str) -> None:
    """Unfold what is meant for researchers, once, and choose one of its tabs."""
    chosen = page.get_by_role("tab", name=tab, exact=True)
    if not chosen.is_visible():
        page.get_by_text("For researchers").click()
    chosen.click()
    expect(chosen).to_have_attribute("aria-selected", "true")


def assert_accessible(page: Page) -> None:
    """Whatever axe calls serious or critical fails, in the light theme and in the dark one."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        page.wait_for_function(STYLED)
        settle(page)
        grave = [f"{scheme}: {fault}" for fault in faults(page) if fault["impact"] in GRAVE]
        assert not grave, "\n".join(grave)


def faults(page: Page) -> list[dict[str, str]]:
    """What axe-core finds, shadow roots included; evaluated by the driver, since the app's policy allows no foreign script."""
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, str]] = page.evaluate(FAULTS, [list(pair) for pair in EXCUSED])
    return found
