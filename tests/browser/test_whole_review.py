import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from adcore.words import DISCLAIMER
from tests.support import dicom_builder
from tests.support.browser.viewer_page import analyse, coloured, downloaded, pane, pixels, readout, triple, upload
from tests.support.builders import head

pytestmark = pytest.mark.browser

WHY = "Temporal horns look narrow for this age."


def test_a_review_from_dicom_zip_to_report(page: Page, tmp_path: Path) -> None:
    made = head((4.0, 4.0, 4.0))
    series = dicom_builder.series((made.voxels * 300).astype("u2"), made.affine)
    (tmp_path / "study.zip").write_bytes(dicom_builder.zipped(dicom_builder.upload(series)))
    upload(page, tmp_path / "study.zip")
    case = page.get_by_role("heading", level=1).inner_text()
    assert re.fullmatch(r"Case [0-9A-F]{4}-[0-9A-F]{4}", case)
    assert dicom_builder.CANARY not in page.content()

    _type_the_fields(page)
    answer = analyse(page)
    expect(answer).to_contain_text("Likely impaired")
    expect(answer).to_contain_text(
        "64%(52 to 74%) probability of impairment (CDR above 0), where half of the patients are impaired"
    )
    _look(page)
    _open_every_section(page)
    _write_the_note(page)

    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(downloaded(page, "Report"))).pages]
    texts = [re.sub(r"\s+", " ", sheet) for sheet in sheets]
    assert len(texts) == 4
    assert all(case in sheet and DISCLAIMER in sheet and dicom_builder.CANARY not in sheet for sheet in texts)
    assert "Likely impaired" in texts[0]
    assert "MMSE 21" in texts[0]
    assert f"Why: {WHY}" in texts[0]
    assert "Own estimate 35%, given after the model's answer was shown." in texts[0]

    result = json.loads(downloaded(page, "Result"))
    assert (result["reader"]["agrees"], result["reader"]["why"], result["reader"]["estimate"]) == (False, WHY, 0.35)
    assert dicom_builder.CANARY not in json.dumps(result)


def _type_the_fields(page: Page) -> None:
    for name, value in (("Age (years, 18 to 110)", "77"), ("MMSE (points, 0 to 30)", "21")):
        page.get_by_role("textbox", name=name).fill(value)
        page.keyboard.press("Enter")
    page.get_by_test_id("stSelectbox").filter(has_text="Sex").locator("input").click()
    page.get_by_role("option", name="female", exact=True).click()
    expect(page.get_by_role("group", name="Patient and model")).to_contain_text("77 years, female")
    expect(page.get_by_text("MMSE 21")).to_be_visible()


def _look(page: Page) -> None:
    """The map lies over the resliced scan, and a region of the table takes the crosshair to its middle."""
    expect(page.get_by_role("button", name="Resliced")).to_have_attribute("aria-pressed", "true")
    assert coloured(pixels(page)).sum() > 100
    pane(page).focus()
    page.keyboard.press("h")
    assert not coloured(pixels(page)).any()
    page.locator(".viewer .regions summary").click()
    page.get_by_role("button", name="Go to the left hippocampus").click()
    expect(readout(page)).to_contain_text("Region left hippocampus")
    expect(readout(page)).to_contain_text("patient left")
    assert triple(readout(page), "RAS mm")[0] < 0


def _open_every_section(page: Page) -> None:
    for heading in ("Each branch alone", "Your note", "Report and files"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_text("For researchers").click()
    for tab, heading in (
        ("Answer", "Predictive values"),
        ("Inputs", "Contributions to the answer"),
        ("Saliency", "Attention by coronal slice"),
        ("Scan", "Provenance"),
    ):
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)


def _write_the_note(page: Page) -> None:
    page.get_by_text("I disagree").click()
    page.get_by_role("textbox", name="Reason").fill(WHY)
    page.get_by_role("textbox", name="My estimate now").fill("35")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Saved in this session and included in downloads")).to_be_visible()
