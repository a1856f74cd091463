from collections.abc import Iterator

import numpy as np
import pytest
from nibabel.affines import apply_affine
from playwright.sync_api import BrowserContext, Page, expect

from adcore.viewer.grid import DisplayGrid
from tests.support.browser.viewer_page import crosshair, open_menu, pane, pixels, readout, triple, upload
from tests.support.builders import file_bytes, head, reorient, rotation

pytestmark = pytest.mark.browser

MARKED = head((2.0, 3.0, 2.5), marker=0.0, pose=rotation(6, -4, 8))
"""A head with a dark ball in its left hemisphere."""


@pytest.fixture(scope="module")
def marked(context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """MARKED as uploaded: an oblique, anisotropic head in an unusual voxel order; the crosshair on its marker."""
    path = tmp_path_factory.mktemp("marked") / "marked.nii.gz"
    path.write_bytes(file_bytes(*reorient(MARKED.voxels, MARKED.affine, (1, 2, 0), (True, False, True))))
    opened = context.new_page()
    upload(opened, path)
    put_crosshair_on_the_marker(opened)
    yield opened
    opened.close()


def test_the_marked_side_stays_on_its_side_up_to_the_pixels(marked: Page) -> None:
    page = marked
    open_menu(page)
    page.get_by_role("button", name="Radiological").click()
    expect(readout(page)).to_contain_text("patient left")
    row, column = crosshair(page)
    middle = pixels(page).shape[1] / 2
    assert column > middle + 20  # the patient's left is on the right of the screen
    assert brightness(page, row, column) < 40
    assert brightness(page, row, 2 * middle - column) > 120

    page.get_by_role("button", name="Neurological").click()
    row, column = crosshair(page)
    assert column < middle - 20
    assert brightness(page, row, column) < 40
    assert brightness(page, row, 2 * middle - column) > 120
    expect(readout(page)).to_contain_text("patient left")


def test_the_readout_gives_the_files_voxel_and_millimetres(marked: Page) -> None:
    mm, voxel = triple(readout(marked), "RAS mm"), triple(readout(marked), "Voxel")
    assert np.abs(mm - MARKED.marker_mm).max() < 2
    voxels, affine = reorient(MARKED.voxels, MARKED.affine, (1, 2, 0), (True, False, True))
    assert np.abs(apply_affine(affine, voxel) - mm).max() < 0.1
    assert voxels[tuple(voxel.astype(int))] < 0.1


def put_crosshair_on_the_marker(page: Page) -> None:
    """By keyboard, plane by plane."""
    grid = DisplayGrid.of(MARKED.voxels.shape, MARKED.affine)
    voxel = np.rint(apply_affine(np.linalg.inv(grid.affine), MARKED.marker_mm)).astype(int)
    for name, axis in (("upper", 0), ("main", 1), ("lower", 2)):
        pane(page, name).focus()
        page.keyboard.press("Home")
        for _ in range(voxel[axis]):
            page.keyboard.press("ArrowUp")
        expect(pane(page, name)).to_have_attribute("aria-valuenow", str(voxel[axis] + 1))


def brightness(page: Page, row: float, column: float) -> float:
    """Mean grey around a place, beside the crosshair's lines."""
    image, r, c = pixels(page), round(row), round(column)
    return float(np.median(image[r - 7 : r + 8, c - 7 : c + 8, 0]))
