import pytest
from streamlit.testing.v1 import AppTest

import app.runtime
from adcore.case.clinical import MMSE_SECTIONS
from adcore.model.card_schema import MeasureCard
from app.state.keys import MEASURE_KEYS, MMSE_BAND_KEY, SECTION_KEYS, SECTIONS_KEY, field_key
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import ANALYSE, analyse, headline, open_patient
from tests.support import fakes


@pytest.mark.parametrize(
    ("field", "value", "sentence"), [("age_years", 7, "got 7."), ("mmse", 31, "from 0 to 30"), ("mmse", 26.5, "whole")]
)
def test_a_value_out_of_range_gets_a_sentence_at_once_and_stays(
    field: str, value: float, sentence: str, open_page: OpenPage
) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key(field)).set_value(f"{value:g}").run()
    assert not session.exception
    assert sentence in at_the_fields(session)
    assert session.text_input(key=field_key(field)).value == f"{value:g}"
    assert ANALYSE not in [button.key for button in session.button]
    session.text_input(key=field_key(field)).set_value("28" if field == "mmse" else "70").run()
    assert not at_the_fields(session)
    assert headline(analyse(session))


def test_an_unusual_combination_gets_a_remark_and_can_be_analysed(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("age_years")).set_value("52").run()
    assert "Outside the training ages of 60 to 96 years" in at_the_fields(session)
    assert headline(analyse(session))


def test_a_decimal_comma_is_one_and_what_is_no_number_is_refused(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("education_years")).set_value("11,5").run()
    assert "11.5 years of education" in words(session)
    for typed in ("1.234,5", "twelve", "12 years", "nan"):
        session.text_input(key=field_key("education_years")).set_value(typed).run()
        assert not session.exception
        assert f"Education takes a number from 0 to 30 years, got &#x27;{typed}&#x27;." in at_the_fields(session)
    session.text_input(key=field_key("education_years")).set_value(" ").run()
    assert "unknown: education" in words(session)


def test_a_refused_value_survives_a_page_switch(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("age_years")).set_value("7").run()
    session.switch_page("../pages/about.py").run()
    session.switch_page("../pages/review.py").run()
    assert session.text_input(key=field_key("age_years")).value == "7"
    assert "got 7." in at_the_fields(session)


def test_sections_make_a_total_only_when_complete_and_a_typed_total_is_kept(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.toggle(key=SECTIONS_KEY).set_value(True).run()
    for section in MMSE_SECTIONS[:-1]:
        session.text_input(key=f"{SECTION_KEYS}{section.name}").set_value(f"{section.points:g}")
    session.run()
    assert "1 of 11 sections are missing (copying a drawing)" in words(session)
    assert "MMSE" in unknown(session)
    session.text_input(key=f"{SECTION_KEYS}copying").set_value("0").run()
    assert "MMSE 29 of 30" in words(session)
    assert "Likely unimpaired" in headline(analyse(session))
    session.toggle(key=SECTIONS_KEY).set_value(False).run()
    assert session.text_input(key=field_key("mmse")).value == "20"


def test_sections_survive_a_page_switch_and_are_cleared_with_the_patient(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.toggle(key=SECTIONS_KEY).set_value(True).run()
    session.text_input(key=f"{SECTION_KEYS}recall").set_value("2").run()
    session.switch_page("../pages/about.py").run()
    session.switch_page("../pages/review.py").run()
    assert session.text_input(key=f"{SECTION_KEYS}recall").value == "2"
    choose(session, "typical")
    assert not session.toggle(key=SECTIONS_KEY).value
    session.toggle(key=SECTIONS_KEY).set_value(True).run()
    assert session.text_input(key=f"{SECTION_KEYS}recall").value == ""


def test_a_section_over_its_points_is_refused_in_a_sentence(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.toggle(key=SECTIONS_KEY).set_value(True).run()
    session.text_input(key=f"{SECTION_KEYS}recall").set_value("4").run()
    assert "Recall takes a whole number from 0 to 3, got 4" in words(session)
    assert "MMSE" in unknown(session)


def test_biomarkers_are_recorded_and_change_no_answer(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    before = headline(session)
    for name, value in (("apoe_e4", 2), ("p_tau217", "positive"), ("amyloid", "intermediate"), ("fazekas", 0)):
        session.selectbox(key=field_key(name)).select(value).run()
    assert headline(session) == before
    assert "changed since" not in words(session)
    said = "APOE e4 alleles 2, Plasma p-tau217 positive, Amyloid intermediate, WMH, Fazekas grade 0"
    assert f"{said} (not read by the model)" in words(session)
    assert "no branch reads it" in words(session)


def test_a_models_own_measures_are_asked_for_and_read(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = MeasureCard(name="ptau", known=30, low=0.1, high=2.0, centre=0.8, spread=0.4)
    predictor = fakes.fake_predictor()
    predictor.card.measures = (measure,)
    monkeypatch.setattr(app.runtime, "load_predictor", lambda name: predictor)
    session = open_patient(open_page, "marked")
    for typed, sentence in (("5,5", "ptau takes a number from 0.1 to 2, got 5.5"), ("low", "got &#x27;low&#x27;")):
        session.text_input(key=f"{MEASURE_KEYS}ptau").set_value(typed).run()
        assert sentence in at_the_fields(session)
        assert ANALYSE not in [button.key for button in session.button]
    session.text_input(key=f"{MEASURE_KEYS}ptau").set_value("1,5").run()
    assert "ptau 1.5" in words(session)
    assert headline(analyse(session))
    choose(session, "typical")
    assert session.text_input(key=f"{MEASURE_KEYS}ptau").value == ""


def at_the_fields(session: AppTest) -> str:
    return "\n".join(html.value for html in session.get("html") if 'class="adcore-field' in html.value)


def unknown(session: AppTest) -> str:
    return next(caption.value for caption in session.caption if "unknown:" in caption.value)


def test_a_band_of_mmse_serves_until_the_total_is_known(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("mmse")).set_value("").run()
    session.selectbox(key=MMSE_BAND_KEY).set_value("24 to 26").run()
    assert not session.exception
    assert "MMSE 24 to 26" in words(session)
    assert headline(analyse(session))
    session.text_input(key=field_key("mmse")).set_value("28").run()
    assert "MMSE 24 to 26" not in words(session)
    assert not [box for box in session.selectbox if box.key == MMSE_BAND_KEY]
