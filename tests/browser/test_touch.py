from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import crosshair, pane, pixels, readout, settle, slice_number, triple

pytestmark = pytest.mark.browser

Place = tuple[float, float]


@pytest.fixture
def fingers(analysed: Page) -> Iterator[Callable[[str, list[Place]], None]]:
    """Sends one touch event on the large plane, places in pixels of it."""
    session = analysed.context.new_cdp_session(analysed)
    box = pane(analysed).bounding_box()
    assert box

    def send(kind: str, places: list[Place]) -> None:
        points = [{"x": box["x"] + x, "y": box["y"] + y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    yield send
    session.detach()


def test_one_finger_moves_the_crosshair(analysed: Page, fingers: Callable) -> None:
    fingers("Start", [(150, 150)])
    fingers("Move", [(170, 260)])
    fingers("End", [])
    assert crosshair(analysed) == pytest.approx((260, 170), abs=6)


def test_pinching_zooms_without_moving_the_crosshair(analysed: Page, fingers: Callable) -> None:
    before, voxel = pixels(analysed), triple(readout(analysed), "Voxel")
    fingers("Start", [(200, 200)])
    fingers("Start", [(200, 200), (260, 200)])
    for spread in (20, 40, 60, 80):
        fingers("Move", [(200 - spread, 200), (260 + spread, 200)])
    fingers("End", [])
    settle(analysed)
    wide = pixels(analysed)
    assert (wide > 40).all(axis=-1).mean() > (before > 40).all(axis=-1).mean() + 0.05  # the head fills more of the pane
    assert (triple(readout(analysed), "Voxel") == voxel).all()


def test_two_fingers_step_through_the_slices(analysed: Page, fingers: Callable) -> None:
    number = slice_number(analysed)
    fingers("Start", [(200, 300)])
    fingers("Start", [(200, 300), (260, 300)])
    for up in (20, 40, 60):
        fingers("Move", [(200, 300 - up), (260, 300 - up)])
    fingers("End", [])
    expect(pane(analysed)).not_to_have_attribute("aria-valuenow", str(number))
    assert 3 <= slice_number(analysed) - number <= 7
