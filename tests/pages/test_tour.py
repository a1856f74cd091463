import pytest
from streamlit.testing.v1 import AppTest

from adcore.answer.prediction import Category
from adcore.case.clinical import ClinicalRecord
from adcore.evaluation.cases.cases import FUSED
from adcore.evaluation.cases.classified import Kind, classify
from adcore.prepare.slices import SliceConfig
from app.shared.model import model
from app.shared.tour import SECONDS_A_STEP
from app.shared.tour_steps import HIGH_MMSE, LOW_MMSE, STEPS, undecided_mmse
from app.state.keys import BLINDED_READ_KEY, CELLS_KEY, KINDS_KEY, THRESHOLD_KEY, TOUR_KEYS, field_key
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import headline
from tests.support.explained import fake_what_if
from tests.support.fakes import demo_patients, fake_prediction

TITLES = {"typical": "Likely unimpaired", "marked": "Likely impaired", "borderline": "Inconclusive", "unusable": "No probability"}


@pytest.mark.slow
@pytest.mark.parametrize("patient", demo_patients(), ids=lambda patient: patient.key)
def test_one_click_opens_analyses_and_leads_through_every_step(patient, open_page: OpenPage) -> None:
    session = start_tour(open_page("start"), patient.key)
    assert TITLES[patient.key] in headline(session)
    steps = STEPS[patient.promised]
    assert 3 <= len(steps) <= 5
    for number, step in enumerate(steps, start=1):
        assert f"{number} of {len(steps)}: {step.title}" in caption(session)
        press(session, "next")
    assert f"{TOUR_KEYS}next" not in [button.key for button in session.button]
    assert TITLES[patient.key] in headline(session)


def test_the_first_step_says_that_the_scan_is_synthetic() -> None:
    assert all("computed and the history is invented" in str(steps[0].text) for steps in STEPS.values())


def test_back_returns_to_the_previous_step(open_page: OpenPage) -> None:
    session = start_tour(open_page("start"), "marked")
    assert session.button(key=f"{TOUR_KEYS}back").disabled
    press(press(session, "next"), "back")
    assert "1 of 5" in caption(session)


@pytest.mark.slow
def test_the_minute_enters_one_mmse_after_the_other_and_ends_at_what_the_model_got_wrong(open_page: OpenPage) -> None:
    session = start_minute(open_page)
    assert "1 of 7: A synthetic patient" in caption(session)
    assert "outlines&quot;: &quot;off" in caption(session)
    assert "outlines&quot;: &quot;medial" in caption(press(session, "next"))
    assert "overlayOn&quot;: true" in caption(press(session, "next"))
    for mmse, category in ((HIGH_MMSE, "likely unimpaired"), (LOW_MMSE, "likely impaired")):
        press(session, "next")
        assert session.text_input(key=field_key("mmse")).value == f"{mmse:g}"
        assert f"With an MMSE of {mmse:g}: {category}, " in caption(session)
        assert category in headline(session).lower()
    assert "it does not choose" in caption(press(session, "next"))
    session.session_state[CELLS_KEY], session.session_state[THRESHOLD_KEY] = [(1, 0)], 90  # as a visit before has left them
    session.session_state["adcore_session"].explorer.among = frozenset()
    press(session, "next")  # AppTest has to be told of the page switch
    session.switch_page("../pages/errors.py").run()
    known = model()
    table = classify(known.cases, known.cases.inputs()[0], FUSED, known.card.threshold).table
    wrong = int(table[Kind.WRONG.value].sum())
    assert f"7 of 7: {wrong} of {len(table)} wrong: here they are" in caption(session)
    assert f"**{wrong} of {len(table)} participants shown**" in words(session)
    press(session, "next")
    assert not caption(session)
    assert session.session_state[KINDS_KEY] == [Kind.WRONG]


@pytest.mark.slow
@pytest.mark.parametrize("steps", [0, 4])
def test_the_minute_can_be_stopped_at_each_step_and_leaves_the_patients_own_fields(steps: int, open_page: OpenPage) -> None:
    session = start_minute(open_page)
    for _ in range(steps):
        press(session, "next")
    press(session, "stop")
    assert not caption(session)
    assert session.text_input(key=field_key("mmse")).value == "29"
    assert "Likely unimpaired" in headline(session)


def test_the_minute_plays_by_itself_until_it_is_paused(open_page: OpenPage) -> None:
    session = start_minute(open_page)
    onward = f'data-onward="{SECONDS_A_STEP}"'  # after which the browser presses Next
    assert onward in caption(session)
    assert onward in caption(press(session, "next"))
    assert onward not in caption(press(session, "play"))
    assert session.button(key=f"{TOUR_KEYS}play").label == "Play"


def test_whoever_leaves_a_tour_for_another_page_is_not_led_back(open_page: OpenPage) -> None:
    session = start_minute(open_page)
    session.switch_page("../pages/errors.py").run()
    assert not caption(session)
    assert session.session_state["adcore_session"].tour is None


def test_the_undecided_mmse_is_the_one_nearest_to_the_threshold() -> None:
    record = ClinicalRecord(age_years=74, mmse=29)
    found = fake_what_if(record, fake_prediction(record, SliceConfig()))
    curve = next(curve for curve in found.curves if curve.field == "mmse")
    undecided = undecided_mmse(found)
    assert curve.categories[curve.values.index(undecided)] is Category.INCONCLUSIVE
    assert undecided in (24, 26)  # at 0.58 and 0.42, about a threshold of 0.5


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


@pytest.mark.slow
def test_a_demo_patient_that_anybody_has_analysed_need_not_be_waited_for(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_tour(open_page("start"), "marked")
    monkeypatch.setattr("app.runtime.Runtime.start", None)
    assert "Likely impaired" in headline(start_tour(open_page("start"), "marked"))


def caption(session: AppTest) -> str:
    return next((html.value for html in session.get("html") if 'class="adcore-tour"' in html.value), "")


def press(session: AppTest, key: str) -> AppTest:
    return session.button(key=f"{TOUR_KEYS}{key}").click().run()


def start_minute(open_page: OpenPage) -> AppTest:
    session = open_page("start")
    session.button(key="start_minute").click().run()
    return session.switch_page("../pages/review.py").run()


def start_tour(session: AppTest, key: str) -> AppTest:
    """Click on the start page; AppTest has to be told of the page switch, which a browser does by itself."""
    session.button(key=f"tour_{key}").click().run()
    assert headline(session)
    return session.switch_page("../pages/review.py").run()
