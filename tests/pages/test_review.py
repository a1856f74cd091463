import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from adcore.model.card_schema import TargetCard
from app.review.headline import headline_html
from app.runtime import UNFORESEEN
from app.state.cases import MOST_CASES, KeptCase, KeptCases
from app.state.keys import PREVALENCE_KEY, field_key
from app.state.review import Result
from tests.pages.conftest import Opened, OpenPage, choose, words
from tests.support.builders import file_bytes, head
from tests.support.fakes import TYPICAL, fake_analysis, head_scan

ANALYSE = "adcore_analyse"


def open_patient(open_page: OpenPage, patient: str) -> AppTest:
    session = open_page("review")
    return choose(session, patient)


def analyse(session: AppTest) -> AppTest:
    return session.button(key=ANALYSE).click().run()


def headline(session: AppTest) -> str:
    return next((html.value for html in session.get("html") if 'class="adcore-answer"' in html.value), "")


def other_prevalence(session: AppTest) -> str:
    """The answer under the prevalence that does not lead."""
    return next(html.value for html in session.get("html") if 'class="adcore-other"' in html.value)


def test_before_a_patient_is_chosen_there_is_no_viewer_and_no_form(open_page: OpenPage) -> None:
    session = open_page("review")
    assert not session.get("bidi_component")
    assert not session.text_input


def test_every_clinical_field_may_be_unknown(open_page: OpenPage) -> None:
    session = upload_head(open_patient(open_page, "upload"))
    assert [field.value for field in session.text_input] == [""] * 4
    assert session.selectbox(key=field_key("sex")).value == "unknown"
    assert "unknown: age, sex, education, socio-economic status, MMSE" in words(session)
    assert "Inconclusive" in headline(analyse(session))


def test_an_uploaded_scan_is_called_by_a_pseudonym_of_its_content(open_page: OpenPage) -> None:
    session = upload_head(open_patient(open_page, "upload"))
    shown = [html.value for html in session.get("html")]
    assert any(re.search(r"Case [0-9A-F]{4}-[0-9A-F]{4}", value) for value in shown)
    assert not any("jane_doe" in value for value in shown)


def test_the_demo_patient_prefills_the_form(open_page: OpenPage) -> None:
    session = open_patient(open_page, "typical")
    assert session.text_input(key=field_key("age_years")).value == "71"
    assert session.selectbox(key=field_key("sex")).value == "F"
    assert session.text_input(key=field_key("ses")).value == ""


def test_fields_show_their_unit_and_range(open_page: OpenPage) -> None:
    session = open_patient(open_page, "typical")
    assert session.text_input(key=field_key("age_years")).label == "Age (years, 18 to 110)"
    assert session.text_input(key=field_key("mmse")).label == "MMSE (points, 0 to 30)"


def test_volumes_are_shown_with_the_reason_for_a_missing_comparison(answered: Opened) -> None:
    text = words(answered("marked"))
    assert "Hippocampi: 6.2 ml, 0.41% of the intracranial volume" in text
    assert "Age and sex are needed." in text
    assert "left hippocampus 100%" in text


def test_the_answer_gives_category_probability_interval_and_frequency(answered: Opened) -> None:
    session = answered("marked")
    answer = headline(session)
    assert "Likely impaired" in answer
    assert "70%<small>(58 to 80%) probability of impairment (CDR above 0), where half of the patients are impaired" in answer
    assert "For impairment: VGG16 58%, the fields 70%; against: ResNet50 44%, structures 47%." in answer
    assert "<b>37% (26 to 50%)</b> where 1 in 5 is impaired" in other_prevalence(session)
    assert [metric.value for metric in session.metric] == ["70% (58 to 80%)", "52% (40 to 62%)"]


def test_the_headline_names_the_label_that_the_model_was_trained_on() -> None:
    prediction = fake_analysis(head_scan(), TYPICAL).prediction
    assert prediction is not None
    other = replace(prediction, label=TargetCard(column="diagnosis", positive=("AD", "MCI")))
    assert "probability of a positive label (diagnosis AD or MCI)" in headline_html(other, None)


def test_an_inconclusive_answer_says_why(answered: Opened) -> None:
    session = answered("borderline")
    assert "Inconclusive" in headline(session)
    assert "includes the decision threshold" in words(session)
    assert "MMSE is unknown" in words(session)


def test_a_probability_that_is_held_at_the_edge_of_its_calibration_says_so(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    assert "Held at the edge" not in words(analyse(session))
    session.text_input(key=field_key("mmse")).set_value("5").run()
    assert "Held at the edge of the calibration: Fused, Clinical fields." in words(session)


def test_at_an_age_not_trained_on_there_is_no_number_but_volumes(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("age_years")).set_value("45")
    analyse(session)
    assert "No probability at this age" in headline(session)
    assert not re.search(r"\d+%", headline(session))
    assert not session.metric
    assert "Hippocampi: 6.2 ml" in words(session)


def test_the_clinics_own_prevalence_leads_the_answer_once_it_is_set(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    session.slider(key=PREVALENCE_KEY).set_value(10).run()
    assert "21%<small>(13 to 31%) probability of impairment (CDR above 0), where 1 in 10 is impaired, as in your" in headline(
        session
    )
    assert "as in training" in other_prevalence(session)


def test_a_prevalence_of_whoever_runs_the_program_leads_and_a_wrong_one_is_refused(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADCORE_PREVALENCE", "0.2")
    assert (
        "37%<small>(26 to 50%) probability of impairment (CDR above 0), where 1 in 5 is impaired, as in your clinic"
        in headline(analyse(open_patient(open_page, "marked")))
    )
    monkeypatch.setenv("ADCORE_PREVALENCE", "20%")
    assert "Expected ADCORE_PREVALENCE to be a share" in open_patient(open_page, "marked").warning[0].value


def test_a_failed_check_shows_no_number_but_still_the_scan(answered: Opened) -> None:
    session = answered("unusable")
    assert "No probability for this scan" in headline(session)
    assert "registration stayed under its limit" in headline(session)
    assert not re.search(r"\d+%", headline(session))
    assert not session.metric
    assert session.get("bidi_component")


@pytest.mark.parametrize(("age", "sentence"), [(99, "Export the T1 again"), (97, UNFORESEEN)])
def test_an_error_is_a_sentence_and_what_was_typed_stays(age: int, sentence: str, open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("age_years")).set_value(f"{age:g}")
    analyse(session)
    assert not session.exception
    assert sentence in words(session)
    assert "a secret detail" not in words(session)
    assert "ZeroDivisionError" not in words(session)
    assert session.text_input(key=field_key("age_years")).value == f"{age:g}"
    assert session.text_input(key=field_key("mmse")).value == "20"
    assert not session.button(key=ANALYSE).disabled


def test_other_fields_are_answered_at_once_and_the_scan_is_not_sent_again(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = analyse(open_patient(open_page, "marked"))
    monkeypatch.setattr("app.runtime.Runtime.start", None)
    sent, files = session.session_state["adcore_session"].payload, dict(session.session_state["adcore_session"].offers.files)
    session.text_input(key=field_key("mmse")).set_value("28").run()
    assert "Likely unimpaired" in headline(session)
    assert ANALYSE not in [button.key for button in session.button]
    assert "MMSE 28" in words(session)
    current = session.session_state["adcore_session"]
    assert current.payload is sent
    assert current.result.analysis.record.mmse == 28
    assert json.loads(current.offers.files[next(name for name in files if name.endswith(".json"))].make())["record"]["mmse"] == 28
    session.text_input(key=field_key("mmse")).set_value("20").run()
    assert "Likely impaired" in headline(session)


def test_a_value_that_is_refused_hides_the_answer_until_it_is_mended(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    session.text_input(key=field_key("mmse")).set_value("200").run()
    assert not headline(session)
    assert "outside its range" in words(session)
    session.text_input(key=field_key("mmse")).set_value("20").run()
    assert "Likely impaired" in headline(session)


def test_fields_that_cannot_be_answered_are_told_and_others_are_answered_again(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    session.text_input(key=field_key("age_years")).set_value("97").run()
    assert not headline(session)
    assert UNFORESEEN in words(session)
    session.text_input(key=field_key("age_years")).set_value("80").run()
    assert "Likely impaired" in headline(session)


def test_an_age_not_trained_on_takes_number_and_maps_away_and_another_brings_them_back(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    current = session.session_state["adcore_session"]
    with_maps = current.payload[1]
    session.text_input(key=field_key("age_years")).set_value("45").run()
    assert "No probability at this age" in headline(session)
    assert current.payload[1] != with_maps
    session.text_input(key=field_key("age_years")).set_value("78").run()
    assert "Likely impaired" in headline(session)
    assert current.payload[1] == with_maps


def test_another_patient_starts_with_a_clean_page(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    choose(session, "borderline")
    assert not headline(session)
    assert session.text_input(key=field_key("mmse")).value == ""


def test_patient_and_typed_fields_survive_a_page_switch(open_page: OpenPage) -> None:
    session = open_patient(open_page, "marked")
    session.text_input(key=field_key("education_years")).set_value("11").run()
    session.switch_page("../pages/about.py").run()
    session.switch_page("../pages/review.py").run()
    assert session.session_state["adcore_session"].choice == "marked"
    assert session.text_input(key=field_key("education_years")).value == "11"
    assert session.get("bidi_component")


def upload_head(session: AppTest) -> AppTest:
    made = head((4.0, 4.0, 4.0))
    data = file_bytes(made.voxels, made.affine)
    return session.file_uploader(key="adcore_upload").set_value(("jane_doe.nii.gz", data, "application/gzip")).run()


def test_an_uploaded_scan_is_shown_and_analysed(open_page: OpenPage) -> None:
    session = upload_head(open_patient(open_page, "upload"))
    assert session.get("bidi_component")
    session.text_input(key=field_key("mmse")).set_value("20")
    assert "Likely impaired" in headline(analyse(session))


def test_the_result_file_holds_the_answer_and_no_name(open_page: OpenPage) -> None:
    session = analyse(upload_head(open_patient(open_page, "upload")))
    current = session.session_state["adcore_session"]
    text = json.dumps(current.result.analysis.to_json())
    labels = [file.label for file in current.offers.files.values()]
    assert labels == [
        "Report (PDF)",
        "Result (JSON)",
        "Maps on the scan's grid (NIfTI, zip)",
        "DICOM objects (zip)",
        "FHIR (JSON)",
    ]
    assert "DICOM: the report and its pictures only, in a study of their own" in words(session)
    assert "jane_doe" not in text
    assert "jane_doe" not in current.study.title
    choose(session, "typical")
    assert not current.offers.files


def test_an_answered_case_can_be_opened_again_with_its_answer_and_its_fields(open_page: OpenPage) -> None:
    session = analyse(open_patient(open_page, "marked"))
    first = session.session_state["adcore_session"].study.scan
    choose(session, "typical")
    assert "likely impaired" in next(shown.value for shown in session.markdown if first.pseudonym in shown.value)
    session.button(key=f"adcore_open_{first.sha256}").click().run()
    assert "Likely impaired" in headline(session)
    assert session.text_input(key=field_key("mmse")).value == "20"


def test_a_session_keeps_the_latest_answer_of_a_handful_of_cases_and_the_oldest_goes() -> None:
    kept = KeptCases()
    for number in (*range(MOST_CASES + 1), 3):
        scan = SimpleNamespace(sha256=str(number), pseudonym=f"Case {number}")
        kept.keep(KeptCase(SimpleNamespace(scan=scan), Result(f"key {number}", None)))
    assert kept.named("0") is None
    assert kept.latest_first()[:2] == [kept.named("3"), kept.named(str(MOST_CASES))]
    other_fields = KeptCase(kept.named("3").study, Result("key 3, other fields", None))
    kept.keep(other_fields)
    assert kept.named("3") is other_fields
    assert [case.study.scan.sha256 for case in kept.latest_first()].count("3") == 1


@pytest.mark.slow
def test_a_scan_of_this_session_is_not_read_again(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    session = analyse(open_patient(open_page, "marked"))
    choose(session, "typical")
    choose(session, "marked")
    monkeypatch.setattr("app.runtime.Runtime.start", None)
    with monkeypatch.context() as same_inputs:
        same_inputs.setattr("app.runtime.Runtime.answer_again", None)
        assert "Likely impaired" in headline(analyse(session))
    choose(session, "typical")
    choose(session, "marked")
    session.text_input(key=field_key("mmse")).set_value("28")
    assert "Likely unimpaired" in headline(analyse(session))


def test_a_damaged_upload_is_refused_in_a_sentence(open_page: OpenPage) -> None:
    session = open_patient(open_page, "upload")
    session.file_uploader(key="adcore_upload").set_value(("scan.nii.gz", b"not a scan at all", "application/gzip")).run()
    assert not session.exception
    assert not session.get("bidi_component")
    assert len(session.warning) == 1
    assert session.warning[0].value.endswith(".")


def test_the_page_never_confirms_and_never_advises_treatment(answered: Opened) -> None:
    session = answered("marked")
    text = words(session).lower()
    assert "impaired" in text
    for word in ("confirmed", "diagnosed", "treatment", "prescribe"):
        assert word not in text


def test_the_bar_names_case_age_sex_and_model_and_then_the_checks(open_page: OpenPage) -> None:
    session = open_patient(open_page, "unusable")
    bar = next(html.value for html in session.get("html") if "adcore-bar" in html.value)
    assert re.search(r"Case [0-9A-F]{4}-[0-9A-F]{4}.*98 years, male.*model stand-in, version 0", bar)
    analyse(session)
    assert "Scan checks: 0 of 1 passed; failed: registration" in [
        popover.proto.popover.label for popover in session.get("popover")
    ]


def test_the_branches_agreement_is_a_sentence_with_numbers(answered: Opened) -> None:
    text = words(answered("marked"))
    assert "2 of 3 branches lie above the threshold of 50%" in text
    assert "VGG16 58%, ResNet50 44%, Clinical fields 70%" in text


def test_an_inconclusive_answer_says_what_would_help(answered: Opened) -> None:
    text = words(answered("borderline"))
    assert "What would help" in text
    assert "An MMSE" in text
    assert "What would help" not in words(answered("marked"))
