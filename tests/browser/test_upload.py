from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.viewer_page import TIMEOUT_MS, wait_for_picture
from tests.support.builders import head
from tests.support.dicom_builder import series, upload

pytestmark = pytest.mark.browser


def test_files_of_two_series_without_a_suffix_are_uploaded_and_one_series_is_chosen(page: Page, tmp_path: Path) -> None:
    made = head((6.0, 6.0, 6.0))
    voxels = (made.voxels * 300).astype("u2")
    late = {"EchoTime": 90, "RepetitionTime": 4000, "ScanningSequence": "SE"}
    slices = [*series(voxels, made.affine), *series(voxels // 2, made.affine, 2, **late)]
    for place, (_, data) in enumerate(upload(slices)):
        (tmp_path / f"IM{place:04}").write_bytes(data)

    page.goto("/")
    page.get_by_role("button", name="Use my scan").click(timeout=TIMEOUT_MS)
    page.locator("input[type=file]").set_input_files(sorted(tmp_path.iterdir()), timeout=TIMEOUT_MS)
    chooser = page.get_by_test_id("stSelectbox").filter(has_text="Series")
    chooser.locator("input").click()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="T1-weighted").click()
    wait_for_picture(page)
