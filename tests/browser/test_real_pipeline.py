import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from adcore.cohorts.synthetic import DEMO_PATIENTS
from tests.browser.conftest import new_user
from tests.support.browser.viewer_page import analyse, open_demo, pane
from tests.support.outside import ASKS_OUTSIDE

pytestmark = pytest.mark.browser


def test_a_demo_patient_goes_through_the_real_pipeline_and_no_other_machine_is_asked(
    browser: Browser, untrained_app: str, untrained_log: Path
) -> None:
    with new_user(browser, untrained_app) as page:
        open_demo(page, DEMO_PATIENTS[0].title)
        answer = analyse(page)
        expect(answer).to_contain_text(
            re.compile(r"\d%\(.+\) probability of impairment .*, where \d+% of the patients are impaired")
        )
        expect(page.get_by_test_id("stPlotlyChart")).to_have_count(9)  # of all tabs
        expect(page.locator('.viewer [data-set="map"] option')).to_have_count(2)  # the viewer holds the maps, too
        pane(page).focus()
        page.keyboard.press("h")
        expect(page.locator(".viewer .legend")).to_contain_text("VGG16")
    assert ASKS_OUTSIDE not in untrained_log.read_text()
