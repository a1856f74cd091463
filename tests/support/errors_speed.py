"""How fast the errors page answers a change of its filters: 5,000 made-up participants in a real browser.

Run it as `python -m tests.support.errors_speed`: seconds from a click to the new count, and until nothing is drawn any more.
"""

import argparse
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, new_user, stand_in

KINDS = ("Wrong", "Branches disagree", "Inconclusive", "Confidently wrong")

QUIET_MS = 5000
"""For a page to be drawn."""

CLICK = """
async (name) => {
  const frame = () => new Promise(requestAnimationFrame);
  const count = () => document.body.innerText.match(/[\\d,]+ of [\\d,]+ participants shown/)?.[0];
  const busy = () => document.querySelector('[data-testid="stApp"]').dataset.testScriptState !== 'notRunning'
    || document.querySelector('[data-stale="true"]');
  const before = count(), began = performance.now();
  [...document.querySelectorAll('[data-testid="stButtonGroup"] button')].find(one => one.innerText.startsWith(name)).click();
  while (count() === before) await frame();
  const changed = performance.now() - began;
  for (let quiet = 0, last = performance.now(); quiet < 5;) { await frame(); quiet = busy() ? 0 : quiet + 1; }
  return [changed, performance.now() - began];
}
"""


def made_up_predictions(participants: int, seed: int = 0) -> pd.DataFrame:
    """A predictions.csv of people who don't exist, every fifth classified wrongly."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, participants)
    chances = {
        f"p_{inputs}_{branch}": 1 / (1 + np.exp(-(1.7 * (2 * labels - 1) + generator.normal(0, 2, participants))))
        for inputs in ("images", "no_mmse", "all")
        for branch in ("fused", "vgg16", "resnet50", "clinical", "structures")
    }
    fused = chances["p_all_fused"]
    words = np.select([fused < 0.35, fused > 0.65], ["likely unimpaired", "likely impaired"], "inconclusive")
    fields = {
        "cdr": np.where(labels == 1, generator.choice((0.5, 1.0), participants), 0.0),
        "age_years": generator.integers(60, 96, participants),
        "sex": generator.choice(("F", "M"), participants),
        "mmse": np.clip(29 - 4 * labels - generator.poisson(1, participants), 0, 30),
        "site": generator.choice(("north", "south", "west"), participants),
        "training_distance": generator.gamma(20, 0.06, participants),
    }
    subjects = [f"sub-{number:05d}" for number in range(participants)]
    return pd.DataFrame({"subject": subjects, "label": labels, "category": words} | fields | chances).round(4)


def main() -> None:
    """Print the seconds, a row a kind of case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=5000)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        table = Path(folder) / "predictions.csv"
        made_up_predictions(options.participants).to_csv(table, index=False)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        served = stand_in(Path(folder) / "log.txt")
        try:
            with new_user(browser, next(served)) as page:
                _print(_measure(page, table, options.times))
        finally:
            served.close()
            browser.close()


def _measure(page: Page, table: Path, times: int) -> dict[str, list[tuple[float, float]]]:
    page.goto("/errors")
    page.wait_for_timeout(QUIET_MS)
    page.get_by_role("combobox", name="Cases").click()
    page.get_by_role("option", name="An evaluated cohort").click()
    page.wait_for_timeout(QUIET_MS)  # a file that comes while the page is still drawn would be lost
    page.locator('[data-testid="stFileUploader"] input[type="file"]').set_input_files(table)
    page.get_by_text("participants shown").wait_for(timeout=60_000)
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for kind in [kind for _ in range(times) for kind in KINDS for _ in ("on", "off")]:
        page.wait_for_timeout(300)
        found[kind].append(tuple(page.evaluate(CLICK, kind)))
    return found


def _print(found: dict[str, list[tuple[float, float]]]) -> None:
    print("| filter, on and off | new count, median ms | all drawn, median ms | slowest ms |\n|---|---|---|---|")
    everything = [pair for pairs in found.values() for pair in pairs]
    for kind, pairs in (found | {"all of them": everything}).items():
        changed, drawn = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
        print(f"| {kind} | {changed:.0f} | {drawn:.0f} | {max(pair[1] for pair in pairs):.0f} |")


if __name__ == "__main__":
    main()
