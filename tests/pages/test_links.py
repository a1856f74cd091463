from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import analyse, headline, open_patient, upload_head


def follow(session: AppTest, case: str) -> AppTest:
    session.query_params["case"] = case
    return session.run()


def address(session: AppTest) -> str:
    """The case in the page's address: AppTest holds a list of what a test set, a text of what the page set."""
    held = session.query_params["case"]
    return held if isinstance(held, str) else held[0]


def test_a_link_opens_a_demo_patient(open_page: OpenPage) -> None:
    session = follow(open_page("review"), "marked")
    assert session.session_state["adcore_session"].choice == "marked"
    assert session.get("bidi_component")
    assert address(session) == "marked"


def test_the_address_follows_the_patient_and_carries_a_pseudonym_only(open_page: OpenPage) -> None:
    session = open_patient(open_page, "typical")
    assert address(session) == "typical"
    session = upload_head(choose(session, "upload"))
    pseudonym = session.session_state["adcore_session"].study.scan.pseudonym
    assert address(session) == pseudonym.removeprefix("Case ")


def test_a_link_to_an_upload_works_within_the_session_and_is_a_sentence_elsewhere(open_page: OpenPage) -> None:
    session = analyse(upload_head(open_patient(open_page, "upload")))
    case = address(session)
    session.switch_page("../pages/about.py").run()
    session.switch_page("../pages/review.py")
    follow(session, case)
    assert headline(session)
    assert "not in this session" not in words(session)
    other = follow(open_page("review"), case)
    assert not other.get("bidi_component")
    assert "not in this session" in words(other)


def test_an_unknown_case_is_neither_repeated_nor_left_in_the_address(open_page: OpenPage) -> None:
    session = follow(open_page("review"), "Jane Doe")
    assert "not in this session" in words(session)
    assert "Jane" not in words(session)
    assert "case" not in session.query_params


def test_an_unknown_link_leaves_the_open_patient_as_it_is(open_page: OpenPage) -> None:
    session = follow(analyse(open_patient(open_page, "marked")), "AAAA-BBBB")
    assert "Likely impaired" in headline(session)
    assert "not in this session" in words(session)
    assert address(session) == "marked"
