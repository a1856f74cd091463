import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from adcore.longitudinal.follow import PlannedVisit
from app.runtime import UNFORESEEN
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_upload import T2, slices
from tests.support.builders import file_bytes, head

ADD, DEMO, REVIEWED, COMPARE = "adcore_add_upload", "adcore_add_demo", "adcore_add_reviewed", "adcore_compare"
MONTHS, MMSE, AGE = "adcore_kept_visit_months", "adcore_kept_visit_mmse", "adcore_kept_visit_age"


def demo(open_page: OpenPage) -> AppTest:
    return open_page("follow_up").button(key=DEMO).click().run()


def compared(open_page: OpenPage) -> AppTest:
    return demo(open_page).button(key=COMPARE).click().run()


def add(session: AppTest, months: float, spacing: float, mmse: float | None = None, data: bytes | None = None) -> AppTest:
    uploads = session.session_state["adcore_session"].follow_up.uploads
    made = head((spacing, spacing, spacing))
    content = data or file_bytes(made.voxels, made.affine)
    session.file_uploader(key=f"adcore_visit_upload_{uploads}").set_value(("jane_doe.nii.gz", content, "application/gzip"))
    session.text_input(key=MONTHS).set_value(f"{months:g}")
    session.text_input(key=MMSE).set_value("" if mmse is None else f"{mmse:g}")
    return session.run().button(key=ADD).click().run()


def test_without_visits_there_is_nothing_to_compare(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    assert session.button(key=COMPARE).disabled
    assert session.button(key=ADD).disabled
    assert not session.get("bidi_component")


@pytest.mark.slow
def test_the_synthetic_course_is_compared_and_shown(open_page: OpenPage) -> None:
    session = compared(open_page)
    assert not session.exception
    text = words(session)
    assert "From the scan alone, the probability of impairment changed from 30% to 30% in 4.0 years" in text
    assert "within the" in text
    assert "Hippocampi: 6.2 to 6.2 ml; +0.0% a year" in text
    assert "within scan-rescan variability" in text
    assert session.get("bidi_component")
    assert list(session.table[0].value["MMSE"]) == ["29", "27", "24"]


@pytest.mark.slow
def test_two_uploads_are_compared_in_the_order_of_time_and_no_name_is_shown(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    session.text_input(key=AGE).set_value("70")
    session = add(add(session, 24, 5.0), 0, 4.0, 28)
    text = words(session)
    assert text.index("**0 months**") < text.index("**24 months**")
    session = session.button(key=COMPARE).click().run()
    assert list(session.table[0].value["MMSE"]) == ["28", "unknown"]
    why = "Why the answer at 24 months is inconclusive: The 90% interval includes the decision threshold."
    assert words(session).count("is inconclusive:") == words(session).count(why) == 1
    assert list(session.table[0].value["Age"]) == ["70", "72"]
    course = session.session_state["adcore_session"].follow_up.course[1]
    assert "jane_doe" not in words(session) + json.dumps(course.to_json())


def test_the_patient_under_review_can_be_added_with_its_fields(open_page: OpenPage) -> None:
    session = choose(open_page("review"), "marked")
    session = session.switch_page("../pages/follow_up.py").run()
    assert "Enter the months" in session.button(key=REVIEWED).click().run().warning[0].value  # which no header says
    assert session.text_input(key=MONTHS).set_value("a year").run().button(key=REVIEWED).disabled
    session.text_input(key=MONTHS).set_value("12")
    session = session.run().button(key=REVIEWED).click().run()
    assert "**12 months**" in words(session)
    assert "MMSE 20" in words(session)


def test_months_are_counted_by_the_headers_study_dates_from_whichever_visit_is_the_first(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    for number, day in enumerate(("20120610", "20140610", "20110610"), start=1):
        session = drop(session, slices(number, StudyDate=day)).button(key=ADD).click().run()
    listed = [shown.value for shown in session.markdown if " months**" in shown.value]
    assert [line.split(" · ")[0] for line in listed] == ["**0 months**", "**12 months**", "**36 months**"]
    assert "scanned 2011-06-10" in listed[0]


def test_age_and_sex_come_from_the_headers_until_others_are_typed_and_a_visit_that_differs_is_told(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    for number, (day, elements) in enumerate(
        {"20110610": {"PatientSex": "F"}, "20120610": {"PatientAge": "071Y"}, "20140610": {"PatientAge": "079Y"}}.items(), start=1
    ):
        session = drop(session, slices(number, StudyDate=day, **elements)).button(key=ADD).click().run()
    assert "At the first visit, by the scans' headers: 70 years, female." in words(session)
    (warning,) = session.warning
    assert "The header of the visit at 36 months states 79 years, which differs from 73 years, female" in warning.value
    assert [visit.record.age_years for visit in planned(session)] == [None] * 3
    session = session.button(key=COMPARE).click().run()
    assert list(session.table[0].value["Age"]) == ["70", "71", "73"]
    session.text_input(key=AGE).set_value("76")
    session = session.run()
    assert "by the scans' headers: female." in words(session)
    told = [warning.value.split("states ")[1] for warning in session.warning if warning.value.startswith("The header")]
    assert [states[:8] for states in told] == ["70 years", "71 years"]  # the first by its birth date


def test_a_damaged_upload_is_refused_in_a_sentence_and_the_visits_stay(open_page: OpenPage) -> None:
    session = add(add(open_page("follow_up"), 0, 4.0), 12, 4.0, data=b"no scan at all")
    assert not session.exception
    assert "**0 months**" in words(session)
    assert "**12 months**" not in words(session)
    assert session.warning


def test_among_several_series_of_a_visit_the_user_chooses(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    session = drop(session, slices(3) + slices(5, 250, **T2) + slices(9)[:1])
    session.text_input(key=MONTHS).set_value("12")
    session.text_input(key=MMSE).set_value("27")
    session = session.run().button(key=ADD).click().run()
    assert "Choose the T1 series" in session.warning[0].value
    assert "**12 months**" not in words(session)
    assert session.button(key=ADD).disabled
    assert "1 more cannot be read" in [box.label for box in session.expander]
    chooser = series_chooser(session)
    assert [option.split(", ")[1] for option in chooser.options] == ["T1-weighted", "T2-weighted"]

    session = chooser.select_index(1).run().button(key=ADD).click().run()
    assert not session.warning
    assert "**12 months**" in words(session)
    assert "MMSE 27" in words(session)
    second = planned(session)[0].scan
    assert "looks T2-weighted" in second.warnings[0]
    assert series_chooser(session) is None
    assert "CANARY" not in words(session)

    session = drop(session, slices(3)).button(key=ADD).click().run()  # the next upload has a choice of its own, or none
    assert planned(session)[1].scan.sha256 != second.sha256


def test_other_files_in_the_uploader_forget_the_series_before(open_page: OpenPage) -> None:
    session = drop(open_page("follow_up"), slices(3) + slices(5, 250))
    session.text_input(key=MONTHS).set_value("0")
    session = session.run().button(key=ADD).click().run()
    assert series_chooser(session) is not None
    session = drop(session, slices())
    assert series_chooser(session) is None
    assert "**0 months**" in words(session.button(key=ADD).click().run())


@pytest.mark.slow
def test_a_visit_that_fails_a_check_is_named_and_the_others_are_compared(open_page: OpenPage) -> None:
    session = demo(open_page)
    session.text_input(key=AGE).set_value("97")  # one year later: 98, whom the stand-in calls unfit
    session = add(session, 12, 5.0).button(key=COMPARE).click().run()
    assert "The visit at 12 months is left out." in words(session)
    assert list(session.table[0].value.index) == ["0", "24", "48"]


def test_an_error_is_a_sentence_and_the_visits_stay(open_page: OpenPage) -> None:
    session = open_page("follow_up")
    session.text_input(key=AGE).set_value("97")
    session = add(add(session, 0, 4.0), 24, 5.0).button(key=COMPARE).click().run()
    assert not session.exception
    assert UNFORESEEN in words(session)
    assert "**24 months**" in words(session)
    assert not session.button(key=COMPARE).disabled


@pytest.mark.slow
def test_an_upload_that_adds_no_visit_leaves_the_course(open_page: OpenPage) -> None:
    session = add(compared(open_page), 12, 4.0, data=b"no scan at all")
    assert session.warning
    assert session.table


@pytest.mark.slow
def test_the_course_disappears_when_a_visit_is_removed(open_page: OpenPage) -> None:
    session = compared(open_page)
    follow_up = session.session_state["adcore_session"].follow_up
    assert [file.label for file in follow_up.offers.files.values()] == ["Course (JSON)"]
    session = session.button(key="adcore_remove_visit_1").click().run()
    assert not follow_up.offers.files
    assert not session.table
    assert "**24 months**" not in words(session)
    assert not session.button(key=COMPARE).disabled


@pytest.mark.slow
def test_the_course_survives_a_page_switch(open_page: OpenPage) -> None:
    session = compared(open_page).switch_page("../pages/about.py").run().switch_page("../pages/follow_up.py").run()
    assert session.table
    assert session.get("bidi_component")


def drop(session: AppTest, files: list[tuple[str, bytes]]) -> AppTest:
    uploads = session.session_state["adcore_session"].follow_up.uploads
    browser = [(name, data, "application/octet-stream") for name, data in files]
    return session.file_uploader(key=f"adcore_visit_upload_{uploads}").set_value(browser).run()


def planned(session: AppTest) -> list[PlannedVisit]:
    visits: list[PlannedVisit] = session.session_state["adcore_session"].follow_up.planned
    return visits


def series_chooser(session: AppTest) -> Selectbox | None:
    return next((box for box in session.selectbox if box.label == "Series"), None)
