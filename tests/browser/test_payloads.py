from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from adcore.viewer import view
from adcore.viewer.overlays import Overlay
from adcore.viewer.payload import volume_payload
from tests.support.browser.bare_viewer import BareViewer
from tests.support.browser.viewer_page import analyse, open_demo, open_menu, pane, pixels, readout, settle, triple
from tests.support.builders import as_scan
from tests.support.fakes import TYPICAL, fake_analysis, head_scan

pytestmark = pytest.mark.browser


@pytest.fixture
def viewer(browser: Browser) -> Iterator[BareViewer]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    yield BareViewer.on(page)
    page.close()


def test_scans_of_one_space_keep_crosshair_zoom_contrast_and_overlay(viewer: BareViewer) -> None:
    page = viewer.page
    scans = [head_scan(seed, (4.0, 4.0, 4.0)) for seed in (0, 1)]
    change = Overlay("change", "Change", np.ones(scans[0].voxels.shape, np.float32), 2.0, "Late less early.", signed=True)
    viewer.show(volume_payload(scans[0], [change], space="half-way"))
    pane(page).click(position={"x": 130, "y": 150})
    page.keyboard.press("+")
    open_menu(page)
    page.get_by_label("Level").fill("60")
    voxel, picture = triple(readout(page), "Voxel"), pixels(page)

    viewer.show(volume_payload(scans[1], [change], space="half-way"))
    assert (triple(readout(page), "Voxel") == voxel).all()
    expect(page.get_by_role("button", name="Overlay")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Level")).to_have_value("60")
    assert np.abs(pixels(page).astype(int) - picture).mean() < 6  # another scan's noise, the same place and size

    viewer.show(volume_payload(scans[1], [change]))
    assert (triple(readout(page), "Voxel") != voxel).any()


def test_the_layout_is_remembered_over_a_reload(viewer: BareViewer) -> None:
    scan = head_scan(spacing_mm=(4.0, 4.0, 4.0))
    viewer.show(volume_payload(scan))
    open_menu(viewer.page)
    viewer.page.get_by_role("button", name="Neurological").click()
    viewer.page.get_by_label("Contrast").select_option("fluid")
    viewer.page.get_by_label("Large plane").select_option("axial")
    settle(viewer.page)
    viewer.page.reload()
    viewer.show(volume_payload(scan))
    expect(pane(viewer.page)).to_have_attribute("aria-label", "Axial plane")
    open_menu(viewer.page)
    expect(viewer.page.get_by_role("button", name="Neurological")).to_have_attribute("aria-pressed", "true")
    expect(viewer.page.get_by_label("Contrast")).to_have_value("fluid")


def test_a_signed_map_is_blue_under_zero_red_over_it_and_clear_at_zero(viewer: BareViewer) -> None:
    scan = head_scan(spacing_mm=(4.0, 4.0, 4.0))
    values = np.zeros(scan.voxels.shape, np.float32)
    third = values.shape[2] // 3
    values[:, :, :third], values[:, :, -third:] = -2.0, 2.0
    viewer.show(volume_payload(scan, [Overlay("change", "Change", values, 2.0, "Late less early.", signed=True)]))
    shown = pixels(viewer.page).astype(int)
    pane(viewer.page).focus()
    viewer.page.keyboard.press("h")
    difference = shown - pixels(viewer.page).astype(int)
    viewer.page.keyboard.press("h")
    reddish = difference[..., 0] - difference[..., 2]
    rows = len(reddish)
    assert reddish[: rows // 4].mean() > 5
    assert reddish[-rows // 4 :].mean() < -5
    assert np.abs(difference[rows // 2 - 10 : rows // 2 + 10]).max() == 0
    expect(viewer.page.locator(".legend")).to_contain_text("≤ −2")
    expect(viewer.page.get_by_label("Colours")).to_be_disabled()


def test_a_square_stays_square_in_every_plane_of_an_anisotropic_scan(viewer: BareViewer) -> None:
    voxels = np.full((90, 100, 34), 0.1, np.float32)
    voxels[15:75, 20:80, 7:27] = 1.0  # 60 mm each way
    viewer.show(volume_payload(as_scan(voxels, np.diag([1.0, 1.0, 3.0, 1.0]))))
    for name in ("main", "upper", "lower"):
        bright = pixels(viewer.page, name)[..., 0] > 150
        rows, columns = bright.shape
        across = bright[rows // 2 + rows // 8].sum()  # beside the crosshair and the letters
        up = bright[:, columns // 2 + columns // 8].sum()
        assert across > 60
        assert across == pytest.approx(up, rel=0.05)


def test_one_file_shows_the_same_viewer_without_a_server(browser: Browser, tmp_path: Path) -> None:
    scan = head_scan(spacing_mm=(4.0, 4.0, 4.0))
    view(scan, fake_analysis(scan, TYPICAL)).write(tmp_path / "case.html")
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((tmp_path / "case.html").as_uri())
    settle(page)
    assert pixels(page).astype(int).std() > 20
    overlay = page.get_by_role("button", name="Overlay")
    expect(overlay).to_have_attribute("aria-pressed", "true")
    overlay.click()
    expect(overlay).to_have_attribute("aria-pressed", "false")
    page.close()


def test_the_scan_is_sent_once_and_its_preview_first(page: Page) -> None:
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    open_demo(page, "Marked atrophy")
    scan = max(received)
    assert max(received[: received.index(scan)]) > scan / 20
    received.clear()
    analyse(page)
    assert max(received) < scan
