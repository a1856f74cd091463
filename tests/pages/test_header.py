"""What the scan's header states of age and sex is compared with the form, and confirmed or corrected before any word."""

import pytest
from streamlit.testing.v1 import AppTest

from app.state.keys import field_key
from tests.pages.conftest import OpenPage, words
from tests.pages.test_review import analyse, headline, open_patient
from tests.pages.test_upload import drop, slices


def opened(open_page: OpenPage, **elements: object) -> AppTest:
    """An uploaded series with these elements, and a typed woman of 70 with an MMSE of 20."""
    session = drop(open_patient(open_page, "upload"), slices(**elements))
    session.text_input(key=field_key("age_years")).set_value("70")
    session.selectbox(key=field_key("sex")).set_value("F")
    session.text_input(key=field_key("mmse")).set_value("20").run()
    assert not session.exception
    return session


@pytest.mark.parametrize("elements", [{"PatientAge": "045Y"}, {"PatientAge": "071Y", "PatientSex": "M"}, {"PatientAge": "000Y"}])
def test_another_age_or_sex_is_told_before_the_answer_and_waits_for_a_confirmation(
    elements: dict[str, object], open_page: OpenPage
) -> None:
    session = opened(open_page, **elements)
    (warning,) = session.warning
    assert "The scan's header states" in warning.value
    assert "Inconclusive" in headline(analyse(session))
    assert "Correct the fields, or confirm that they are right" in words(session)
    session.checkbox[0].check().run()
    assert "Likely impaired" in headline(session)
    assert session.session_state["adcore_session"].result.analysis.record.header_confirmed


def test_a_confirmation_holds_for_what_was_confirmed_only(open_page: OpenPage) -> None:
    session = opened(open_page, PatientAge="045Y")
    session.checkbox[0].check().run()
    session.text_input(key=field_key("age_years")).set_value("75").run()
    assert not session.checkbox[0].value
    session.text_input(key=field_key("age_years")).set_value("46").run()
    assert not session.checkbox
    assert not session.warning


def test_a_header_that_agrees_or_says_nothing_asks_nothing(open_page: OpenPage) -> None:
    for elements in ({"PatientAge": "071Y", "PatientSex": "F"}, {"PatientSex": "O"}):
        session = opened(open_page, **elements)
        assert not session.warning
        assert not session.checkbox
        assert "Likely impaired" in headline(analyse(session))


def test_a_child_by_the_header_is_named_before_the_analysis(open_page: OpenPage) -> None:
    session = opened(open_page, PatientAge="003Y")
    (warning,) = session.warning
    assert "its header states an age of 3 years" in warning.value
    assert not session.checkbox


def test_age_and_sex_of_the_header_are_filled_in_and_asked_nothing_about(open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "upload"), slices(PatientAge="071Y", PatientSex="F"))
    assert session.text_input(key=field_key("age_years")).value == "71"
    assert session.selectbox(key=field_key("sex")).value == "F"
    assert not session.warning


def test_another_patients_fields_are_not_carried_over_to_an_upload(open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "marked"), slices(PatientAge="000Y"))
    assert [field.value for field in session.text_input] == [""] * 4
    assert session.selectbox(key=field_key("sex")).value == "unknown"
