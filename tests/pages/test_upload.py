import json

import pytest
from streamlit.testing.v1 import AppTest

from app.state.keys import SERIES_KEY, field_key
from tests.pages.conftest import OpenPage, words
from tests.pages.test_review import analyse, headline, open_patient
from tests.support.builders import head
from tests.support.dicom_builder import CANARY, series, upload, zipped

HEAD = head((8.0, 8.0, 8.0))


def slices(number: int = 1, gain: float = 300, **elements: object) -> list[tuple[str, bytes]]:
    """Files of one series; their names are harmless, because the uploader itself lists them to the user."""
    files = upload(series((HEAD.voxels * gain).astype("u2"), HEAD.affine, number, **elements))
    return [(f"IM{number}_{place}", data) for place, (_, data) in enumerate(files)]


T2 = {"EchoTime": 90, "RepetitionTime": 4000, "ScanningSequence": "SE"}


def drop(session: AppTest, files: list[tuple[str, bytes]]) -> AppTest:
    browser = [(name, data, "application/octet-stream") for name, data in files]
    return session.file_uploader(key="adcore_upload").set_value(browser).run()


def test_a_series_is_uploaded_as_many_files_without_a_suffix(open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "upload"), slices())
    assert not session.warning
    assert session.get("bidi_component")
    session.text_input(key=field_key("mmse")).set_value("20")
    assert "Likely impaired" in headline(analyse(session))


def test_a_zip_of_the_series_is_the_same_scan_under_a_pseudonym(open_page: OpenPage) -> None:
    many = drop(open_patient(open_page, "upload"), slices())
    zip_file = drop(open_patient(open_page, "upload"), [(f"{CANARY}.zip", zipped(slices()))])
    pseudonyms = {session.session_state["adcore_session"].study.scan.pseudonym for session in (many, zip_file)}
    assert len(pseudonyms) == 1
    assert pseudonyms.pop().startswith("Case ")


def test_among_several_series_the_user_chooses_and_can_change_the_choice(open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "upload"), slices(3) + slices(5, 250, **T2) + slices(9)[:1])
    assert not session.get("bidi_component")
    assert not session.warning
    assert "1 more cannot be read" in [box.label for box in session.expander]
    chooser = session.selectbox(key=SERIES_KEY)
    assert [option.split(", ")[1] for option in chooser.options] == ["T1-weighted", "T2-weighted"]

    chooser.select_index(0).run()
    assert session.get("bidi_component")
    first = session.session_state["adcore_session"].study
    session.text_input(key=field_key("age_years")).set_value("80").run()
    session.text_input(key=field_key("mmse")).set_value("20")
    assert "Likely impaired" in headline(analyse(session))

    session.selectbox(key=SERIES_KEY).select_index(1).run()
    second = session.session_state["adcore_session"].study
    assert second.scan.sha256 != first.scan.sha256
    assert "looks T2-weighted" in second.scan.warnings[0]
    assert not headline(session)
    assert session.text_input(key=field_key("age_years")).value == "80"
    assert session.text_input(key=field_key("mmse")).value == "20"


def test_another_upload_forgets_the_series_before(open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "upload"), slices(3) + slices(5, 250))
    session.selectbox(key=SERIES_KEY).select_index(1).run()
    session = drop(session, slices())
    assert session.get("bidi_component")
    assert SERIES_KEY not in [box.key for box in session.selectbox]


@pytest.mark.parametrize(("files", "text"), [(slices()[:1], "a single slice"), (slices()[:4] + slices()[6:], "about 2 of them")])
def test_a_refused_series_is_a_sentence_without_a_name(files: list[tuple[str, bytes]], text: str, open_page: OpenPage) -> None:
    session = drop(open_patient(open_page, "upload"), files)
    assert not session.exception
    assert not session.get("bidi_component")
    assert len(session.warning) == 1
    assert text in session.warning[0].value
    assert "CANARY" not in words(session)


def test_no_name_of_a_dicom_upload_reaches_the_page_or_the_result(open_page: OpenPage) -> None:
    session = analyse(drop(open_patient(open_page, "upload"), slices()))
    text = json.dumps(session.session_state["adcore_session"].result.analysis.to_json())
    assert "CANARY" not in text + words(session)
