"""How the browser tests speak to the review page and read the viewer's pixels."""

import base64
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

TIMEOUT_MS = 90_000
expect.set_options(timeout=TIMEOUT_MS)  # a shared machine may be slow


def open_demo(page: Page, title: str) -> None:
    """Open a demo patient from the start page and wait for the picture."""
    page.goto("/")
    card = page.get_by_test_id("stColumn").filter(has_text=f"{title} (synthetic)")
    card.get_by_role("button", name="Open").click(timeout=TIMEOUT_MS)
    wait_for_picture(page)


def upload(page: Page, path: Path) -> None:
    """Upload a scan from the start page and wait for the picture."""
    page.goto("/")
    page.get_by_role("button", name="Use my scan").click(timeout=TIMEOUT_MS)
    page.locator("input[type=file]").set_input_files(path, timeout=TIMEOUT_MS)
    wait_for_picture(page)


def wait_for_picture(page: Page) -> None:
    """Wait until the viewer has unpacked its scan, and has drawn it."""
    page.locator(".viewer[data-ready]").wait_for(timeout=2 * TIMEOUT_MS)
    expect(readout(page)).to_contain_text("Voxel", timeout=TIMEOUT_MS)


def analyse(page: Page) -> Locator:
    """Start the analysis; the answer when it has come, with the viewer holding its maps."""
    until_drawn(page)  # a field filled just now may still be on its way
    page.get_by_role("button", name="Analyse").click()
    answer = page.get_by_role("region", name="Result")
    answer.wait_for(timeout=4 * TIMEOUT_MS)
    until_drawn(page)  # the answer comes first, and what stood below it before is still there
    return answer


def until_drawn(page: Page) -> None:
    """Wait until everything on the page is drawn."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def downloaded(page: Page, name: str) -> bytes:
    """What the browser saves when the button of that name is pressed."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return download.value.path().read_bytes()


def as_at_first(page: Page) -> None:
    """Bring the page back to the answer whatever a test did with it: the scan's own planes, overlay off, the menu at hand."""
    page.unroute_all()
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    fold = page.get_by_test_id("stExpander").filter(has_text="For researchers").locator("details").first
    if fold.get_attribute("open") is not None:
        page.get_by_role("tab", name="Answer", exact=True).click()
        fold.locator("summary").first.click()
    page.locator(".viewer details.regions").evaluate("details => { details.open = false }")
    open_menu(page)
    for name, pressed in (
        ("As scanned", "true"),
        ("Side by side", "false"),
        ("Overlay", "false"),
        ("Radiological", "true"),
        ("Three planes", "true"),
        ("Crosshair", "true"),
    ):
        button = page.get_by_role("button", name=name)
        if button.get_attribute("aria-pressed") != pressed:
            button.click()
    for name, value in (("Outlines", "off"), ("Large plane", "coronal"), ("Map", "vgg16"), ("Colours", "inferno")):
        page.locator(".viewer").get_by_label(name).select_option(value)
    page.get_by_label("Threshold").fill("0.2")
    page.get_by_label("Opacity").fill("0.55")
    chosen = page.locator('.viewer .regions button[aria-pressed="true"]')
    if chosen.count():
        chosen.evaluate("button => button.click()")
    for name in ("Reset", "Top slice"):
        page.get_by_role("button", name=name).click()
    settle(page)


def open_menu(page: Page) -> None:
    """Open the viewer's menu, unless it is open."""
    more = page.locator(".viewer").get_by_role("button", name="More", exact=True)
    if more.get_attribute("aria-expanded") == "false":
        more.click()


def crosshair(page: Page, name: str = "main") -> tuple[float, float]:
    """Row and column of the crosshair in a pane, from its bluish lines."""
    image = pixels(page, name).astype(int)
    bluish = (image[..., 2] > image[..., 0] + 20) & (image[..., 1] > image[..., 0])
    return float(bluish.sum(axis=1).argmax()), float(bluish.sum(axis=0).argmax())


def triple(spoken: Locator, name: str) -> NDArray[np.float64]:
    """Three numbers of a read-out, once what was asked for is drawn: "RAS mm -26.0, 3.0, 14.0"."""
    settle(spoken.page)
    text = spoken.inner_text().replace("\n", " ")
    numbers = re.findall(rf"{name} (-?[\d.]+), (-?[\d.]+), (-?[\d.]+)", text)[0]
    return np.array([float(number) for number in numbers])


def pane(page: Page, name: str = "main") -> Locator:
    """One of the viewer's canvases: main, upper, lower, twin."""
    return page.locator(f'canvas[data-pane="{name}"]')


def slice_number(page: Page, name: str = "main") -> int:
    """Number of the slice in a pane, once what was asked for is drawn; the first is 1."""
    settle(page)
    return int(pane(page, name).get_attribute("aria-valuenow") or 0)


def readout(page: Page) -> Locator:
    """What the viewer says of the crosshair's voxel."""
    return page.locator(".viewer .readout")


def pixels(page: Page, name: str = "main") -> NDArray[np.uint8]:
    """RGB of a canvas as drawn, (rows, columns, 3)."""
    settle(page)
    address: str = pane(page, name).evaluate("canvas => canvas.toDataURL('image/png')")
    with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
        return np.array(image.convert("RGB"))


def settle(page: Page) -> None:
    """Let the frame that was asked for be drawn."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def coloured(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Pixels of the overlay: the scan is grey and the crosshair bluish; inferno has more red than green or than blue."""
    red, green, blue = np.moveaxis(image.astype(int), -1, 0)
    found: NDArray[np.bool_] = (red >= blue) & (red - np.minimum(green, blue) > 25)
    return found
