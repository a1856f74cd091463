import pytest
from streamlit.testing.v1 import AppTest

from app.review.tour import STEPS
from app.state.keys import BLINDED_READ_KEY, TOUR_KEYS
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import headline
from tests.support.fakes import demo_patients

TITLES = {"typical": "Likely unimpaired", "marked": "Likely impaired", "borderline": "Inconclusive", "unusable": "No probability"}


@pytest.mark.parametrize("patient", demo_patients(), ids=lambda patient: patient.key)
def test_one_click_opens_analyses_and_leads_through_every_step(patient, open_page: OpenPage) -> None:
    session = start_tour(open_page("start"), patient.key)
    assert TITLES[patient.key] in headline(session)
    steps = STEPS[patient.promised]
    assert 3 <= len(steps) <= 5
    for number, step in enumerate(steps, start=1):
        assert f"{number} of {len(steps)}: {step.title}" in words(session)
        session.button(key=f"{TOUR_KEYS}next").click().run()
    assert f"{TOUR_KEYS}next" not in [button.key for button in session.button]
    assert TITLES[patient.key] in headline(session)


def test_the_first_step_says_that_the_scan_is_synthetic() -> None:
    assert all("computed and the history is invented" in steps[0].text for steps in STEPS.values())


def test_back_returns_to_the_previous_step(open_page: OpenPage) -> None:
    session = start_tour(open_page("start"), "marked")
    assert session.button(key=f"{TOUR_KEYS}back").disabled
    session.button(key=f"{TOUR_KEYS}next").click().run()
    session.button(key=f"{TOUR_KEYS}back").click().run()
    assert "1 of 5" in words(session)


def test_a_patient_opened_without_the_tour_is_not_analysed(open_page: OpenPage) -> None:
    session = open_page("start").button(key="start_marked").click().run()
    assert not headline(session)
    assert f"{TOUR_KEYS}next" not in [button.key for button in session.button]


def test_a_tour_hides_nothing_even_if_blinded_reads_are_switched_on(open_page: OpenPage) -> None:
    session = open_page("review")
    choose(session, "typical")
    session.toggle(key=BLINDED_READ_KEY).set_value(True).run()
    session.switch_page("../pages/start.py").run()
    assert headline(start_tour(session, "marked"))


def start_tour(session: AppTest, key: str) -> AppTest:
    """Click on the start page; AppTest has to be told of the page switch, which a browser does by itself."""
    session.button(key=f"tour_{key}").click().run()
    assert headline(session)
    return session.switch_page("../pages/review.py").run()
