import json

import pytest
from streamlit.testing.v1 import AppTest

from app.state.keys import BLINDED_READ_KEY, COMMIT_KEY, estimate_key, field_key, note_key
from app.state.session import Session
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import analyse, headline, open_patient


@pytest.fixture
def reading(open_page: OpenPage) -> AppTest:
    """A reader in a blinded read, with a patient opened."""
    session = open_patient(open_page, "marked")
    return session.toggle(key=BLINDED_READ_KEY).set_value(True).run()


def held(session: AppTest) -> Session:
    current: Session = session.session_state["adcore_session"]
    return current


def scan(session: AppTest) -> str:
    study = held(session).study
    assert study is not None
    return study.scan.sha256


def press(session: AppTest, label: str) -> AppTest:
    return next(button for button in session.button if button.label == label).click().run()


def commit(session: AppTest, percent: int | None = 30) -> AppTest:
    if percent is not None:
        session.select_slider(key=estimate_key("chance", scan(session))).set_value(percent)
    return session.button(key=COMMIT_KEY).click().run()


def save(session: AppTest, verdict: str, why: str) -> AppTest:
    write(session, verdict, why)
    return press(session, "Save the note")


def write(session: AppTest, verdict: str, why: str) -> None:
    session.radio(key=note_key("agrees", scan(session))).set_value(verdict)
    session.text_area(key=note_key("why", scan(session))).set_value(why)


def look_elsewhere(session: AppTest) -> AppTest:
    session.switch_page("../pages/about.py").run()
    return session.switch_page("../pages/review.py").run()


@pytest.mark.slow
def test_nothing_of_the_answer_shows_until_the_reader_commits(reading: AppTest) -> None:
    analyse(reading)
    assert not headline(reading)
    assert not reading.metric
    assert not reading.get("plotly_chart")
    assert not held(reading).offers.files
    assert held(reading).result is None  # the viewer takes its maps from here
    assert held(reading).payload[0][1] == ""
    assert "is ready and will be shown after your estimate" in words(reading)
    commit(reading)
    assert "Likely impaired" in headline(reading)
    assert held(reading).payload[0][1] == held(reading).result.shown


def test_the_estimate_may_be_committed_before_the_analysis(reading: AppTest) -> None:
    commit(reading)
    assert "Likely impaired" in headline(analyse(reading))
    note = held(reading).note
    assert (note.estimate, note.before_model) == (0.3, True)


def test_other_fields_leave_the_answer_sealed_and_what_opens_is_the_answer_to_them(reading: AppTest) -> None:
    analyse(reading)
    reading.text_input(key=field_key("mmse")).set_value("28").run()
    assert not headline(reading)
    assert held(reading).result is None
    assert "Likely unimpaired" in headline(commit(reading))


def test_an_answer_stays_sealed_over_a_page_switch_and_the_toggle_cannot_unseal_it(reading: AppTest) -> None:
    analyse(reading)
    look_elsewhere(reading)
    assert not headline(reading)
    assert reading.toggle(key=BLINDED_READ_KEY).value
    assert reading.toggle(key=BLINDED_READ_KEY).disabled


def test_a_committed_estimate_survives_other_fields_and_is_part_of_the_result(reading: AppTest) -> None:
    commit(analyse(reading))
    reading.text_input(key=field_key("mmse")).set_value("29").run()
    assert "Likely unimpaired" in headline(reading)
    save(reading, "I disagree", "The horns are wide.")
    note = held(reading).note
    assert (note.estimate, note.before_model, note.agrees, note.why) == (0.3, True, False, "The horns are wide.")
    assert note_key("percent", scan(reading)) not in [field.key for field in reading.text_input]
    reader = json.loads(json.dumps(held(reading).result.analysis.to_json(note)))["reader"]
    assert (reader["estimate"], reader["before_model"], reader["agrees"]) == (0.3, True, False)


def test_without_an_estimate_the_answer_is_shown_and_the_note_says_so(reading: AppTest) -> None:
    assert reading.button(key=COMMIT_KEY).label == "Continue without an estimate"
    analyse(reading)
    assert reading.button(key=COMMIT_KEY).label == "Show the answer without an estimate"
    commit(reading, None)
    assert headline(reading)
    assert held(reading).note.estimate is None
    assert not held(reading).note.before_model


def test_an_answer_already_seen_allows_no_blinded_read(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    choose(session, "typical")
    session.toggle(key=BLINDED_READ_KEY).set_value(True).run()
    choose(session, "marked")
    assert headline(analyse(session))
    assert not session.select_slider


def test_a_note_belongs_to_its_scan_and_comes_back_with_it(open_page: OpenPage) -> None:
    session = save(analyse(open_patient(open_page, "marked")), "I agree", "As I see it.")
    choose(session, "typical")
    assert held(session).note is None
    choose(session, "marked")
    analyse(session)
    assert session.text_area(key=note_key("why", scan(session))).value == "As I see it."
    assert session.radio(key=note_key("agrees", scan(session))).value == "I agree"


def test_a_scan_that_gets_no_answer_hides_nothing(open_page: OpenPage) -> None:
    session = open_patient(open_page, "unusable")
    session.toggle(key=BLINDED_READ_KEY).set_value(True).run()
    assert "No probability for this scan" in headline(analyse(session))
    assert not session.select_slider


def test_a_draft_of_the_note_survives_a_page_switch_and_is_no_note(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    write(session, "I disagree", "The horns")
    session.text_input(key=note_key("percent", scan(session))).set_value("40")
    look_elsewhere(session.run())
    assert session.radio(key=note_key("agrees", scan(session))).value == "I disagree"
    assert session.text_area(key=note_key("why", scan(session))).value == "The horns"
    assert session.text_input(key=note_key("percent", scan(session))).value == "40"
    assert held(session).note is None
    assert any("Not saved yet" in str(shown.proto) for shown in session.get("html"))
    assert held(session).unsaved() == "draft"
    press(session, "Save the note")
    assert held(session).unsaved() == "note"
    note = held(session).note
    assert (note.agrees, note.why, note.estimate) == (False, "The horns", 0.4)
    assert "Not saved yet" not in words(session)
    assert "Saved in this session" in words(session)


def test_a_draft_does_not_change_the_saved_note(open_page: OpenPage) -> None:
    session = save(analyse(open_patient(open_page, "marked")), "I agree", "As I see it.")
    write(session, "I disagree", "On second thought")
    look_elsewhere(session.run())
    assert session.text_area(key=note_key("why", scan(session))).value == "On second thought"
    assert (held(session).note.agrees, held(session).note.why) == (True, "As I see it.")
    assert "Not saved yet" in words(session)


@pytest.mark.slow
def test_a_draft_stays_with_its_own_patient(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    write(session, "I disagree", "The horns")
    choose(session.run(), "typical")
    analyse(session)
    assert session.text_area(key=note_key("why", scan(session))).value == ""
    assert session.radio(key=note_key("agrees", scan(session))).value == "Undecided"
    press(session, "Save the note")
    assert held(session).note.why == ""
    choose(session, "marked")
    analyse(session)
    assert session.text_area(key=note_key("why", scan(session))).value == "The horns"
    assert held(session).note is None


def test_a_draft_of_the_blinded_estimate_survives_a_page_switch_and_stays_with_its_scan(reading: AppTest) -> None:
    reading.select_slider(key=estimate_key("chance", scan(reading))).set_value(70)
    reading.radio(key=estimate_key("category", scan(reading))).set_value("likely impaired")
    assert reading.run().button(key=COMMIT_KEY).label == "Commit"
    assert held(reading).unsaved() == "draft"
    look_elsewhere(reading)
    assert reading.select_slider(key=estimate_key("chance", scan(reading))).value == 70
    assert held(reading).note is None
    assert not headline(analyse(reading))
    choose(reading, "typical")
    assert reading.select_slider(key=estimate_key("chance", scan(reading))).value is None
    choose(reading, "marked")
    note = held(press(reading, "Commit")).note
    assert (note.estimate, note.word) == (0.7, "likely impaired")
