from app.state.keys import field_key
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import ANALYSE, headline, upload_head


def test_one_users_patient_never_shows_in_the_others_page(open_page: OpenPage) -> None:
    first, second = open_page("review"), open_page("review")
    upload_head(choose(first, "upload"))
    first.text_input(key=field_key("age_years")).set_value("83")
    first.text_input(key=field_key("mmse")).set_value("20")
    first.button(key=ANALYSE).click().run()
    assert "Likely impaired" in headline(first)

    second.run()
    assert not headline(second)
    assert not second.get("bidi_component")
    choose(second, "upload")
    assert not second.get("bidi_component")
    choose(second, "typical")
    assert second.text_input(key=field_key("age_years")).value == "71"
    assert "83" not in words(second)
    second.button(key=ANALYSE).click().run()
    assert "Likely unimpaired" in headline(second)

    first.run()
    assert "Likely impaired" in headline(first)
    assert first.text_input(key=field_key("age_years")).value == "83"
    scans = {page.session_state["adcore_session"].result.analysis.prepared.scan.sha256 for page in (first, second)}
    assert len(scans) == 2


def test_each_session_has_its_own_id(open_page: OpenPage) -> None:
    first, second = open_page("review"), open_page("review")
    assert first.session_state["adcore_session"].id != second.session_state["adcore_session"].id
