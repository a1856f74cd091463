import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import coloured, pane, pixels, readout, settle, triple
from tests.support.builders import BALLS_MM

pytestmark = pytest.mark.browser


def test_h_switches_the_overlay(analysed: Page) -> None:
    assert not coloured(pixels(analysed)).any()
    pane(analysed).focus()
    analysed.keyboard.press("h")
    shown = coloured(pixels(analysed))
    assert shown.sum() > 500
    expect(analysed.locator(".viewer .legend")).to_contain_text("Where the network looked, not where disease is")
    analysed.keyboard.press("h")
    assert not coloured(pixels(analysed)).any()


def test_the_map_lies_on_the_side_it_belongs_to(analysed: Page) -> None:
    # the stand-in's map: strong on the patient's left, half as strong on the right
    analysed.get_by_role("button", name="Overlay").click()
    analysed.get_by_label("Threshold").fill("0.6")
    radiological = np.argwhere(coloured(pixels(analysed)))[:, 1].mean()
    analysed.get_by_role("button", name="Neurological").click()
    neurological = np.argwhere(coloured(pixels(analysed)))[:, 1].mean()
    middle = pixels(analysed).shape[1] / 2
    assert radiological > middle + 20
    assert neurological < middle - 20


def test_opacity_and_threshold_act_at_once(analysed: Page) -> None:
    analysed.get_by_role("button", name="Overlay").click()
    before = coloured(pixels(analysed)).sum()
    analysed.get_by_label("Threshold").fill("0.6")  # over the weaker of the two blobs
    assert 0 < coloured(pixels(analysed)).sum() < 0.8 * before
    analysed.get_by_label("Opacity").fill("0")
    assert not coloured(pixels(analysed)).any()


def test_s_shows_the_scan_without_and_with_the_overlay(analysed: Page) -> None:
    expect(pane(analysed, "twin")).to_be_hidden()
    pane(analysed).focus()
    analysed.keyboard.press("s")
    expect(pane(analysed, "twin")).to_be_visible()
    assert coloured(pixels(analysed)).any()
    assert not coloured(pixels(analysed, "twin")).any()
    assert np.abs(pixels(analysed, "twin").astype(int) - pixels(analysed).astype(int)).mean() < 20  # the same slice otherwise


def test_each_colour_map_paints_the_same_places_in_its_own_colours(analysed: Page) -> None:
    plain = pixels(analysed).astype(int)
    analysed.get_by_role("button", name="Overlay").click()
    painted = {}
    for name in ("inferno", "cividis", "batlow"):
        analysed.get_by_label("Colours").select_option(name)
        painted[name] = pixels(analysed).astype(int)
    images = list(painted.values())
    changed = [np.abs(image - plain).max(axis=-1) > 0 for image in images]
    assert changed[0].sum() > 500
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert (changed[one] != changed[other]).mean() < 0.01
        assert np.abs(images[one] - images[other])[changed[0]].mean() > 8


def test_the_top_slice_has_the_most_saliency_of_the_chosen_network(analysed: Page) -> None:
    here = triple(readout(analysed), "MNI mm")
    analysed.get_by_label("Map").select_option("resnet50")
    analysed.get_by_role("button", name="Top slice").click()
    settle(analysed)  # the map's name comes before the crosshair's new place
    expect(readout(analysed)).to_contain_text("ResNet50 map")
    there = triple(readout(analysed), "MNI mm")
    assert here[1] - there[1] > 5  # the stand-in's maps are strongest at opposite ends of the slices


def test_outlines_surround_the_structures_switched_on(analysed: Page) -> None:
    assert not mint(pixels(analysed)).any()
    pane(analysed).focus()
    analysed.keyboard.press("o")
    expect(analysed.get_by_label("Outlined structures")).to_contain_text("hippocampus")
    rows, columns = np.nonzero(mint(pixels(analysed)))
    middle = pixels(analysed).shape[1] / 2
    assert (columns < middle).sum() > 20
    assert (columns > middle).sum() > 20
    for side in (columns < middle, columns > middle):  # a thin line around, not a filled part
        height, width = np.ptp(rows[side]) + 1, np.ptp(columns[side]) + 1
        assert side.sum() < 0.6 * height * width
    analysed.get_by_label("Outlines").select_option("off")
    assert not mint(pixels(analysed)).any()


def test_a_region_of_the_table_moves_the_crosshair_to_its_centre_and_is_outlined(analysed: Page) -> None:
    open_regions(analysed)
    for side, sign in (("left", -1), ("right", 1)):
        button = analysed.get_by_role("button", name=f"Go to the {side} hippocampus")
        button.focus()
        analysed.keyboard.press("Enter")
        expect(readout(analysed)).to_contain_text(f"Region {side} hippocampus")
        expect(readout(analysed)).to_contain_text(f"patient {side}")
        expect(button).to_have_attribute("aria-pressed", "true")
        centre = np.array(BALLS_MM["hippocampus"][0]) * (sign, 1, 1)
        assert np.abs(triple(readout(analysed), "MNI mm") - centre).max() <= 3
        lime = np.argwhere(is_lime(pixels(analysed)))
        assert len(lime) > 30
        assert (lime[:, 1].mean() > pixels(analysed).shape[1] / 2) == (side == "left")


def test_the_table_gives_shares_asymmetry_and_millilitres(analysed: Page) -> None:
    open_regions(analysed)
    row = analysed.locator(".regions tr").filter(has_text="Hippocampus")
    cells = row.locator("td").all_inner_texts()
    assert cells[:6] == ["100.0%", "0.0%", "+100%", "0.0%", "0.0%", "–"]
    left, right = float(cells[6]), float(cells[7])
    volume = 4 / 3 * np.pi * np.prod(BALLS_MM["hippocampus"][1]) / 1000
    assert 0.6 * volume < left == right <= 1.1 * volume  # other parts lie over some of it
    expect(analysed.locator(".regions summary")).to_have_text(re.compile("outside the brain: VGG16 0.0%, ResNet50 30.0%"))


def test_regions_have_names_under_the_pointer(analysed: Page) -> None:
    analysed.emulate_media(reduced_motion="reduce")  # the planes come into sight at once
    open_regions(analysed)
    analysed.get_by_role("button", name="Go to the left amygdala").click()
    settle(analysed)
    box = pane(analysed).bounding_box()
    assert box
    pane(analysed).hover(position={"x": box["width"] * 0.5, "y": box["height"] * 0.12})
    pointer = analysed.locator(".viewer .pointer")
    expect(pointer).to_contain_text("Region outside the brain")
    expect(readout(analysed)).to_contain_text("Region left amygdala")


def test_on_a_tablet_the_wide_table_scrolls_by_itself(analysed: Page) -> None:
    open_regions(analysed)
    analysed.set_viewport_size({"width": 820, "height": 1180})
    column = analysed.get_by_test_id("stColumn").filter(has=pane(analysed)).last
    expect(column).to_have_js_property("scrollWidth", column.evaluate("element => element.clientWidth"))
    stage, around = analysed.locator(".viewer .stage").bounding_box(), column.bounding_box()
    analysed.set_viewport_size({"width": 1400, "height": 900})
    assert stage
    assert around
    assert stage["x"] + stage["width"] <= around["x"] + around["width"] + 1


def open_regions(page: Page) -> None:
    table = page.locator(".viewer .regions")
    if table.get_attribute("open") is None:
        table.locator("summary").click()


def mint(image: np.ndarray) -> np.ndarray:
    """Pixels of the hippocampi's outline."""
    red, green, blue = np.moveaxis(image.astype(int), -1, 0)
    return (green > red + 60) & (green > blue + 25)


def is_lime(image: np.ndarray) -> np.ndarray:
    """Pixels of the chosen region's outline."""
    red, green, blue = np.moveaxis(image.astype(int), -1, 0)
    return (green > blue + 80) & (red > blue + 60) & (green >= red)
