import json

import pytest
from playwright.sync_api import Page, expect

from adcore.words import DISCLAIMER
from tests.support.browser.accessible import assert_accessible
from tests.support.browser.viewer_page import downloaded

pytestmark = pytest.mark.browser


def test_a_course_is_free_of_serious_violations_and_can_be_exported(page: Page) -> None:
    page.goto("/follow_up")
    page.get_by_role("button", name="Load the synthetic course").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(3)
    assert_accessible(page)
    page.get_by_role("button", name="Compare the visits").click()
    course = json.loads(downloaded(page, "Course (JSON)"))
    assert [visit["months"] for visit in course["visits"]] == [0, 24, 48]
    assert course["disclaimer"] == DISCLAIMER
    page.locator(".viewer[data-ready]").first.wait_for()
    assert_accessible(page)
