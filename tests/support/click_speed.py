"""How fast the review answers a click or an entry: a demo patient with its answer in a real browser, one user.

Run it as `python -m tests.support.click_speed`, as `make bench` does: milliseconds until the browser paints its answer (Event
Timing, in steps of 8 from 16 on) and, where the server answers, until the new text is there. All of it is real.
"""

import argparse
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, new_user
from tests.support.browser.viewer_page import analyse, open_demo, open_menu, pane
from tests.support.load import real_app

WATCH = """
() => {
  window.interactions = [];
  new PerformanceObserver(list => interactions.push(...list.getEntries().filter(one => one.interactionId)))
    .observe({type: 'event', durationThreshold: 16});
  for (const kind of ['pointerup', 'keydown']) addEventListener(kind, event => { window.began = event.timeStamp; }, true);
}
"""

PAINTED = "() => Math.max(16, ...window.interactions.splice(0).map(one => one.duration))"

TEXT = "selector => document.querySelector(selector)?.innerText ?? ''"

ANSWERED = """
async ([selector, before, patience]) => {
  const waited = () => performance.now() - window.began;
  while ((document.querySelector(selector)?.innerText ?? '') === before && waited() < patience)
    await new Promise(requestAnimationFrame);
  return waited();
}
"""

ANSWER = "section.adcore-answer"
PAUSE_MS = 1000
MMSE = ("29", "21")
"""The demo patient's own is 21."""

PATIENCE_MS = 10_000


@dataclass(frozen=True)
class Interaction:
    """What a user does.

    Attributes:
        do: with the number of the time.
        answer: selector of the text that the server's answer changes; empty where the browser answers alone.
    """

    do: Callable[[int], None]
    answer: str = ""


def interactions(page: Page) -> dict[str, Interaction]:
    """By name."""
    button = partial(page.get_by_role, "button")
    researchers = page.get_by_test_id("stExpander").filter(has_text="For researchers").locator("summary").first
    mmse, tabs = page.get_by_role("textbox", name="MMSE (points, 0 to 30)"), page.get_by_role("tab")

    def enter(number: int) -> None:
        mmse.fill(MMSE[number % 2])
        page.keyboard.press("Enter")

    return {
        "a place in the scan": Interaction(lambda number: pane(page).click(position={"x": 150 + 9 * number, "y": 180})),
        "overlay on and off": Interaction(lambda _: button(name="Overlay").click()),
        "as scanned and resliced": Interaction(lambda number: button(name=("As scanned", "Resliced")[number % 2]).click()),
        "one plane and three": Interaction(lambda number: button(name=("One plane", "Three planes")[number % 2]).click()),
        "another MMSE": Interaction(enter, ANSWER),
        "fold for researchers, ending open": Interaction(lambda _: researchers.click()),
        "another tab in it": Interaction(lambda number: tabs.nth(1 + number % 2).click()),
    }


def main() -> None:
    """Print the milliseconds, a row an interaction."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9, help="odd, so that folds end open")
    times = parser.parse_args().times
    if CHROMIUM is None:
        print("Clicks were not measured: Chromium is missing. Install it, or run make browser.")
        return
    os.environ["ADCORE_DEMO_ANSWERS"] = "off"  # they would be made meanwhile
    with real_app() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with new_user(browser, address) as page:
            open_demo(page, "Marked atrophy")
            analyse(page)
            open_menu(page)
            page.get_by_test_id("stExpander").filter(has_text="Clinical fields").locator("summary").first.click()
            page.evaluate(WATCH)
            print("| click or entry | painted, median | slowest | server's answer, median | slowest |\n|---|---|---|---|---|")
            for name, one in interactions(page).items():
                found = [_milliseconds(page, one, number) for number in range(times)]
                painted, answered = zip(*found, strict=True)
                print(f"| {name} | {_told(painted)} | {_told(answered) if one.answer else '|'} |")
        browser.close()


def _milliseconds(page: Page, one: Interaction, number: int) -> tuple[float, float]:
    page.wait_for_timeout(PAUSE_MS)
    page.evaluate(PAINTED)  # what came before is not counted
    before = page.evaluate(TEXT, one.answer) if one.answer else ""
    one.do(number)
    answered: float = page.evaluate(ANSWERED, [one.answer, before, PATIENCE_MS]) if one.answer else 0.0
    page.wait_for_timeout(PAUSE_MS)
    return page.evaluate(PAINTED), answered


def _told(milliseconds: tuple[float, ...]) -> str:
    return f"{statistics.median(milliseconds):.0f} | {max(milliseconds):.0f}"


if __name__ == "__main__":
    main()
