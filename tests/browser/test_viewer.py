import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import coloured, crosshair, pane, pixels, readout, settle, slice_number, triple

pytestmark = pytest.mark.browser


def test_a_click_moves_all_planes_and_the_wheel_steps_the_focused_one(analysed: Page) -> None:
    before = [slice_number(analysed, name) for name in ("upper", "lower")]
    box = pane(analysed).bounding_box()
    assert box
    pane(analysed).click(position={"x": box["width"] * 0.35, "y": box["height"] * 0.35})
    assert all(slice_number(analysed, name) != was for name, was in zip(("upper", "lower"), before, strict=True))
    number = slice_number(analysed)
    picture = pixels(analysed)
    analysed.mouse.wheel(0, -100)
    expect(pane(analysed)).to_have_attribute("aria-valuenow", str(number + 1))
    analysed.keyboard.press("PageDown")
    expect(pane(analysed)).to_have_attribute("aria-valuenow", str(number - 9))
    assert (pixels(analysed) != picture).any()


def test_the_wheel_scrolls_the_page_until_a_plane_is_clicked(analysed: Page) -> None:
    number = slice_number(analysed)
    analysed.get_by_label("Opacity").focus()
    pane(analysed).hover()
    analysed.mouse.wheel(0, -100)
    settle(analysed)
    analysed.mouse.wheel(0, 100)
    expect(pane(analysed)).to_have_attribute("aria-valuenow", str(number))


def test_window_and_level_by_right_drag_and_reset(analysed: Page) -> None:
    pane(analysed).hover()
    before = pixels(analysed).mean()
    analysed.mouse.down(button="right")
    analysed.mouse.move(400, 200, steps=4)
    analysed.mouse.up(button="right")
    analysed.get_by_label("Level").fill("220")
    assert pixels(analysed).mean() < before - 10
    analysed.get_by_role("button", name="Reset").click()
    assert abs(pixels(analysed).mean() - before) < 0.5


def test_every_plane_carries_letters_and_says_synthetic(analysed: Page) -> None:
    for name in ("main", "upper", "lower"):
        image = pixels(analysed, name)
        rows, columns = image.shape[:2]
        corner = image[22:44, :110]  # "SYNTHETIC"
        assert (corner > 200).sum() > 300
        for edge in (image[rows // 2 - 12 : rows // 2 + 12, :24], image[:24, columns // 2 - 12 : columns // 2 + 12]):
            assert (edge > 200).sum() > 60


def test_every_step_is_drawn_and_timed(analysed: Page) -> None:
    pane(analysed).focus()
    for _ in range(40):
        analysed.keyboard.press("ArrowUp")
        settle(analysed)
    times = analysed.locator(".viewer").evaluate("element => element.drawMilliseconds")
    assert len(times) >= 40
    assert min(times) > 0


def test_the_contrast_tool_makes_the_left_button_act_like_the_right_one(analysed: Page) -> None:
    before, place = pixels(analysed), readout(analysed).inner_text()
    pane(analysed).focus()
    analysed.keyboard.press("w")
    expect(analysed.get_by_role("button", name="Contrast", exact=False).first).to_have_attribute("aria-pressed", "true")
    drag(analysed, 0, 60)
    assert readout(analysed).inner_text() == place
    assert pixels(analysed).mean() > before.mean() + 5  # down: a lower level, so brighter
    expect(analysed.get_by_label("Contrast")).to_have_value("own")


def test_presets_set_the_contrast(analysed: Page) -> None:
    shares = {}
    for name in ("brain", "contrast", "fluid", "full"):
        analysed.get_by_label("Contrast").select_option(name)
        image = pixels(analysed)
        shares[name] = ((image < 30).mean(), (image > 225).mean())
        expect(analysed.get_by_label("Contrast")).to_have_value(name)
    assert shares["contrast"][0] > shares["brain"][0]  # what is darker than grey matter turns black
    assert shares["fluid"][1] > shares["brain"][1] + 0.1  # the brain turns white


def test_panning_moves_linked_planes_together(analysed: Page) -> None:
    main, axial = crosshair(analysed), crosshair(analysed, "lower")
    analysed.get_by_role("button", name="Pan").click()
    drag(analysed, 46, 30)
    moved, moved_axial = crosshair(analysed), crosshair(analysed, "lower")
    assert moved[1] - main[1] == pytest.approx(46, abs=2)
    assert moved[0] - main[0] == pytest.approx(30, abs=2)
    assert moved_axial[1] - axial[1] > 10  # on its own, smaller scale
    assert moved_axial[0] == pytest.approx(axial[0], abs=1)
    analysed.get_by_role("button", name="Reset").click()
    assert crosshair(analysed) == pytest.approx(main, abs=1)


def test_zooming_keeps_the_crosshair_where_it_is_and_0_shows_the_whole_head(analysed: Page) -> None:
    before, place = {name: pixels(analysed, name) for name in ("main", "upper", "lower")}, crosshair(analysed)
    pane(analysed).focus()
    for _ in range(3):
        analysed.keyboard.press("+")
    assert crosshair(analysed) == pytest.approx(place, abs=2)
    for name, image in before.items():
        assert np.abs(pixels(analysed, name).astype(int) - image).mean() > 5
    analysed.keyboard.press("0")
    for name, image in before.items():
        np.testing.assert_array_equal(pixels(analysed, name), image)


def test_ctrl_and_wheel_zoom_about_the_pointer(analysed: Page) -> None:
    pane(analysed).focus()
    pane(analysed).hover(position={"x": 120, "y": 300})
    pointer = analysed.locator(".viewer .pointer")
    expect(pointer).to_contain_text("RAS mm")
    before, picture = triple(pointer, "RAS mm"), pixels(analysed)
    analysed.keyboard.down("Control")
    analysed.mouse.wheel(0, -300)
    analysed.keyboard.up("Control")
    settle(analysed)
    pane(analysed).hover(position={"x": 121, "y": 300})
    settle(analysed)
    assert (pixels(analysed) != picture).any()
    assert np.abs(triple(pointer, "RAS mm") - before).max() <= 3  # one voxel


def test_the_pointer_has_its_own_readout(analysed: Page) -> None:
    here = triple(readout(analysed), "Voxel")
    box = pane(analysed).bounding_box()
    assert box
    row, column = crosshair(analysed)
    pane(analysed).hover(position={"x": column + 40, "y": row})
    pointer = analysed.locator(".viewer .pointer")
    expect(pointer).to_contain_text("VGG16 map")
    there = triple(pointer, "RAS mm")
    millimetres = triple(readout(analysed), "RAS mm")
    assert there[0] < millimetres[0] - 5  # on the screen's right is the patient's left
    assert there[1:] == pytest.approx(millimetres[1:])
    np.testing.assert_array_equal(triple(readout(analysed), "Voxel"), here)


def test_one_plane_fills_the_stage_and_a_double_click_enlarges_another(analysed: Page) -> None:
    small = pixels(analysed).shape[1]
    analysed.get_by_role("button", name="One plane").click()
    expect(pane(analysed, "upper")).to_be_hidden()
    assert pixels(analysed).shape[1] > 1.3 * small
    analysed.get_by_role("button", name="Three planes").click()
    expect(pane(analysed, "upper")).to_have_attribute("aria-label", "Sagittal plane")
    pane(analysed, "upper").dblclick(position={"x": 60, "y": 60})
    expect(pane(analysed)).to_have_attribute("aria-label", "Sagittal plane")
    pane(analysed).dblclick(position={"x": 60, "y": 60})
    expect(pane(analysed, "lower")).to_be_hidden()


def test_r_reslices_about_the_same_place_and_a_length_stays_on_its_slice(analysed: Page) -> None:
    here = triple(readout(analysed), "MNI mm")
    pane(analysed).focus()
    analysed.keyboard.press("r")
    expect(analysed.get_by_role("button", name="Resliced")).to_have_attribute("aria-pressed", "true")
    assert np.abs(triple(readout(analysed), "MNI mm") - here).max() < 3  # a voxel
    analysed.keyboard.press("l")
    drag(analysed, 60, 40)
    drawn = yellow(pixels(analysed))
    assert drawn > 100
    analysed.keyboard.press("ArrowUp")
    assert yellow(pixels(analysed)) == 0
    analysed.keyboard.press("ArrowDown")
    assert yellow(pixels(analysed)) == drawn
    analysed.keyboard.press("Delete")
    assert yellow(pixels(analysed)) == 0


def test_space_plays_the_slices_and_a_click_stops_them(analysed: Page) -> None:
    number = str(slice_number(analysed))
    pane(analysed).focus()
    analysed.keyboard.press(" ")
    expect(analysed.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "true")
    expect(pane(analysed)).not_to_have_attribute("aria-valuenow", number)
    pane(analysed).click()
    expect(analysed.get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(analysed: Page) -> None:
    pane(analysed).focus()
    analysed.keyboard.press("?")
    keys = analysed.get_by_role("dialog", name="Keys, mouse and touch")
    expect(keys).to_contain_text("play and stop the slices")
    analysed.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_home_and_end_go_to_the_first_and_the_last_slice(analysed: Page) -> None:
    pane(analysed).focus()
    last = pane(analysed).get_attribute("aria-valuemax") or ""
    analysed.keyboard.press("End")
    expect(pane(analysed)).to_have_attribute("aria-valuenow", last)
    analysed.keyboard.press("Home")
    expect(pane(analysed)).to_have_attribute("aria-valuenow", "1")


def test_a_screen_reader_hears_where_the_crosshair_rests(analysed: Page) -> None:
    number = slice_number(analysed)
    pane(analysed).focus()
    analysed.keyboard.press("ArrowUp")
    expect(pane(analysed)).to_have_attribute("aria-valuenow", str(number + 1))
    region = readout(analysed).inner_text().replace("\n", " ").split("Region ")[1].split(" RAS")[0].strip()
    expect(pane(analysed)).to_have_attribute("aria-valuetext", f"slice {number + 1} of 74, {region}")
    expect(analysed.locator(".viewer").get_by_role("status")).to_contain_text(f"Side patient right; Region {region}")


def test_every_control_has_a_name(analysed: Page) -> None:
    lines = analysed.locator(".viewer").aria_snapshot().splitlines()
    controls = [line for line in lines if line.strip().split()[1].rstrip(":") in ("button", "combobox", "slider")]
    assert len(controls) > 20
    assert all('"' in line for line in controls)


def test_the_saved_picture_holds_the_planes_and_the_text_below_them(analysed: Page) -> None:
    analysed.get_by_role("button", name="Overlay").click()
    settle(analysed)
    with analysed.expect_download() as download:
        analysed.get_by_role("button", name="Save picture").click()
    name = download.value.suggested_filename
    assert name.startswith("adcore-Case-")
    assert name.endswith(".png")
    picture = np.array(Image.open(io.BytesIO(download.value.path().read_bytes())).convert("RGB"))
    shown = pixels(analysed)
    rows, columns = shown.shape[:2]
    assert np.abs(picture[:rows, :columns].astype(int) - shown).mean() < 1  # with its letters
    words = picture[rows:]
    assert coloured(words[:30]).sum() > 500  # the colour bar
    disclaimer = words[-28:]
    assert (disclaimer.min(axis=-1) > 180).sum() > 400
    assert np.ptp(np.nonzero(disclaimer.min(axis=-1) > 180)[1]) > 350


def yellow(image: np.ndarray) -> int:
    """Number of pixels of a length."""
    red, green, blue = np.moveaxis(image.astype(int), -1, 0)
    return int(((red > 230) & (green > 180) & (blue < 140)).sum())


def drag(page: Page, x: float, y: float) -> None:
    """Drag with the left button from a place off the middle of the large plane."""
    box = pane(page).bounding_box()
    assert box
    left, top = box["x"] + 130, box["y"] + 120
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + x / 2, top + y / 2)
    page.mouse.move(left + x, top + y)
    page.mouse.up()
    settle(page)
