import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from adcore.words import DISCLAIMER
from tests.browser.conftest import new_user
from tests.support.browser.viewer_page import analyse, open_demo, pane, pixels, upload
from tests.support.builders import file_bytes, head

pytestmark = pytest.mark.browser


def test_a_whole_review_of_a_demo_patient(analysed: Page) -> None:
    page = analysed
    expect(page.get_by_text(DISCLAIMER)).to_be_visible()
    answer = page.get_by_role("region", name="Result")
    expect(answer).to_contain_text("Likely impaired")
    expect(answer).to_contain_text(
        "70%(58 to 80%) probability of impairment (CDR above 0), where half of the patients are impaired"
    )
    page.get_by_text("For researchers").click()
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("52% (40 to 62%)")
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(7)
    assert page.title() == "Marked atrophy · Review · adcore"
    page.get_by_role("tab", name="Scan", exact=True).click()
    expect(page.get_by_text("stand-in 0").first).to_be_visible()
    for label, ending, start in (("Report", ".pdf", b"%PDF-"), ("Result", ".json", b"{"), ("Maps", "-maps.zip", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile(label)).click()
        assert download.value.suggested_filename.startswith("adcore-")
        assert download.value.suggested_filename.endswith(ending)
        assert download.value.path().read_bytes().startswith(start)


def test_nothing_is_sent_again_when_the_form_changes_and_nothing_is_fetched_from_another_server(
    page: Page, stand_in_app: str
) -> None:
    received: list[int] = []
    addresses: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.on("request", lambda request: addresses.append(request.url))
    open_demo(page, "Typical ageing")
    page.wait_for_timeout(500)
    sent_with_the_scan = sum(received)
    received.clear()
    page.get_by_role("textbox", name="MMSE (points, 0 to 30)").fill("24")
    page.keyboard.press("Enter")
    expect(page.get_by_text("MMSE 24")).to_be_visible()
    assert sent_with_the_scan > 100_000
    assert 0 < sum(received) < 15_000  # the form, not the scan
    analyse(page)
    assert addresses
    outside = [address for address in addresses if not address.startswith((stand_in_app, "data:", "blob:"))]
    assert not outside


def test_the_scan_stays_in_sight_beside_a_long_answer(analysed: Page) -> None:
    last = analysed.get_by_text("For researchers")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    expect(pane(analysed)).to_be_in_viewport(ratio=1)


def test_an_emptied_field_is_unknown_not_zero(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    page.get_by_role("textbox", name="MMSE (points, 0 to 30)").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("unknown: education, socio-economic status, MMSE")).to_be_visible()
    expect(analyse(page)).to_contain_text("Inconclusive")


def test_what_is_typed_just_before_analyse_counts(page: Page) -> None:
    open_demo(page, "Marked atrophy")
    page.get_by_role("textbox", name="MMSE (points, 0 to 30)").fill("29")
    expect(analyse(page)).to_contain_text("Likely unimpaired")
    expect(page.get_by_text("MMSE 29 ·")).to_be_visible()


def test_two_users_do_not_see_each_other(browser: Browser, page: Page, stand_in_app: str, tmp_path: Path) -> None:
    made = head((6.0, 6.0, 6.0))
    (tmp_path / "scan.nii.gz").write_bytes(file_bytes(made.voxels, made.affine))
    upload(page, tmp_path / "scan.nii.gz")
    page.get_by_role("textbox", name="Age (years, 18 to 110)").fill("83")
    page.keyboard.press("Enter")
    analyse(page)
    with new_user(browser, stand_in_app) as other:
        other.goto("/review")
        expect(other.get_by_text(DISCLAIMER)).to_be_visible()
        expect(other.get_by_role("heading", name="Review a patient")).to_be_visible()
        expect(other.locator(".viewer")).to_have_count(0)
        expect(other.get_by_text("83 years")).to_have_count(0)
    expect(page.get_by_text("83 years, sex unknown")).to_be_visible()


def test_a_scan_that_fails_a_check_is_shown_without_a_number(page: Page) -> None:
    open_demo(page, "Unusable quality")
    answer = analyse(page)
    expect(answer).to_contain_text("No probability for this scan")
    expect(page.get_by_role("button", name="Overlay")).to_be_disabled()
    assert pixels(page).max() > 150


def test_every_answer_carries_the_security_headers(page: Page, stand_in_app: str) -> None:
    headers = page.request.get(stand_in_app).headers
    assert "script-src 'self' 'sha256-" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
