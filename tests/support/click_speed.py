"""How fast the review page answers a click: a demo patient with its answer in a real browser, one user.

Run it as `python -m tests.support.click_speed`: milliseconds from a click to the first change on the page, and until nothing is
drawn any more. The model is a stand-in, the pages are the real ones.
"""

import argparse
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, new_user, stand_in
from tests.support.browser.viewer_page import analyse, open_demo

CLICK = """
async (element) => {
  const frame = () => new Promise(requestAnimationFrame);
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = () => app.dataset.testScriptState !== 'notRunning' || document.querySelector('[data-stale="true"]');
  let changed = 0;
  const began = performance.now();
  const seen = new MutationObserver(() => { changed ||= performance.now() - began; });
  seen.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
  element.click();
  while (!changed && performance.now() - began < 5000) await frame();
  for (let quiet = 0; quiet < 5;) { await frame(); quiet = busy() ? 0 : quiet + 1; }
  seen.disconnect();
  return [changed, performance.now() - began];
}
"""

PAUSE_MS = 500


def clicks(page: Page) -> dict[str, Locator]:
    """What is clicked, on and off."""
    return {
        "overlay on the scan": page.get_by_role("button", name="Overlay"),
        "resliced planes": page.get_by_role("button", name="Resliced"),
        "fold: clinical fields": page.get_by_test_id("stExpander").filter(has_text="Clinical fields").locator("summary").first,
        "fold: for researchers": page.get_by_test_id("stExpander").filter(has_text="For researchers").locator("summary").first,
    }


def main() -> None:
    """Print the milliseconds, a row a kind of click."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=8)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        served = stand_in(Path(folder) / "log.txt")
        try:
            with new_user(browser, next(served)) as page:
                open_demo(page, "Marked atrophy")
                analyse(page)
                page.wait_for_timeout(10 * PAUSE_MS)
                print("| click, on and off | first change, median ms | all drawn, median ms | slowest ms |\n|---|---|---|---|")
                for name, place in clicks(page).items():
                    _print(name, [_click(page, place) for _ in range(options.times)])
                _print("another tab for researchers", [_click(page, one) for one in _tabs(page, options.times)])
        finally:
            served.close()
            browser.close()


def _tabs(page: Page, times: int) -> list[Locator]:
    tabs = page.get_by_role("tab")
    return [tabs.nth(number % 2) for number in range(1, times + 1)]


def _click(page: Page, place: Locator) -> tuple[float, float]:
    page.wait_for_timeout(PAUSE_MS)
    changed, drawn = place.evaluate(CLICK)
    return changed, drawn


def _print(name: str, found: list[tuple[float, float]]) -> None:
    changed, drawn = (statistics.median(pair[place] for pair in found) for place in (0, 1))
    print(f"| {name} | {changed:.0f} | {drawn:.0f} | {max(pair[1] for pair in found):.0f} |")


if __name__ == "__main__":
    main()
