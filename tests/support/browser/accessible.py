"""Whether a page is accessible, as axe-core finds it."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import settle

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


def assert_accessible(page: Page) -> None:
    """Whatever axe calls serious or critical fails, in the dark theme and in the light one."""
    for scheme in ("dark", "light"):
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
