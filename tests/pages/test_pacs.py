"""The archive on the review page: a stand-in that holds one patient's series; tests/pacs asks a real one."""

import io
import json
from pathlib import Path

import pytest
from pydicom import dcmread
from streamlit.testing.v1 import AppTest

import app.review.from_pacs
import app.review.to_pacs
from adcore.audit import verify
from adcore.errors import ArchiveError
from adcore.pacs import PACS_VARIABLE, ArchiveSettings
from adcore.pacs.archive import Archive
from adcore.pacs.entries import SeriesEntry, StudyEntry
from app.audit import AUDIT_VARIABLE
from app.quota import QUOTA_VARIABLE
from app.state.keys import ACCESSION_KEY, FETCH_KEYS, FIND_KEY, PATIENT_ID_KEY, SEND_KEY, TEST_PACS_KEY
from tests.pages.conftest import OpenPage, words
from tests.pages.test_review import analyse, headline, upload_head
from tests.support.builders import head
from tests.support.dicom_builder import CANARY, put, series, upload

STUDY, SERIES = "1.2.826.0.1.3680043.8.498.10", "1.2.826.0.1.3680043.8.498.11"


class OnePatient(Archive):
    """Holds one series of CANARY, and keeps what is sent."""

    def __init__(self) -> None:
        super().__init__(ArchiveSettings("https://pacs.hospital.example/dicom-web"))
        self.sent: dict[str, bytes] = {}
        self.refuses = False

    def check(self) -> str:
        return "The archive answers."

    def studies(self, patient_id: str = "", accession_number: str = "") -> list[StudyEntry]:
        if self.refuses:
            raise ArchiveError("There is no connection.")
        return [StudyEntry(STUDY, patient_id, "", "2011-06-10", "Brain *bold*")] if patient_id == "71" else []

    def series(self, study_uid: str) -> list[SeriesEntry]:
        return [SeriesEntry(SERIES, "MR", 7, "t1 sagittal")]

    def fetch(self, study_uid: str, series_uid: str, on_bytes: object = None) -> list[tuple[str, bytes]]:
        assert (study_uid, series_uid) == (STUDY, SERIES)
        made = head((4.0, 4.0, 4.0))
        slices = series((made.voxels * 300).astype("u2"), made.affine)
        put(
            slices,
            StudyInstanceUID=STUDY,
            SeriesInstanceUID=SERIES,
            FrameOfReferenceUID="1.2.3",
            PatientAge="074Y",
            PatientSex="F",
        )
        return upload(slices)

    def send(self, files: dict[str, bytes], *, new_study: bool = False) -> int:
        if self.refuses:
            raise ArchiveError("There is no connection.")
        self.sent = files
        return len(files)


@pytest.fixture
def pacs(monkeypatch: pytest.MonkeyPatch) -> OnePatient:
    made = OnePatient()
    monkeypatch.setattr(app.review.from_pacs, "archive", lambda: made)
    monkeypatch.setattr(app.review.to_pacs, "archive", lambda: made)
    return made


def find(session: AppTest, patient: str = "71") -> AppTest:
    session.text_input(key=PATIENT_ID_KEY).set_value(patient)
    return session.button(key=FIND_KEY).click().run()


def test_without_an_archive_the_page_shows_none(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PACS_VARIABLE, raising=False)
    session = open_page("review")
    assert not [one for one in session.expander if one.label == "From PACS"]


def test_a_setting_that_is_wrong_is_a_sentence_and_the_rest_of_the_page_works(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PACS_VARIABLE, "pacs")
    session = open_page("review")
    assert "Expected an address such as" in session.warning[0].value
    assert session.file_uploader(key="adcore_upload")


@pytest.mark.slow
def test_a_fetched_series_is_analysed_and_its_results_go_back_to_its_patient_and_study(
    pacs: OnePatient, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(AUDIT_VARIABLE, str(tmp_path / "audit"))
    session = find(open_page("review"))
    assert "2011-06-10" in words(session)
    assert "Brain *bold*" not in words(session)
    session = session.button(key=f"{FETCH_KEYS}{SERIES}").click().run()
    assert "74 years" in words(session)  # by the header, as of an upload
    session = analyse(session)
    assert headline(session)
    assert CANARY not in words(session)
    assert CANARY not in repr(session.session_state["adcore_session"])
    session = session.button(key=SEND_KEY).click().run()
    assert "The archive has all 9 objects" in session.success[0].value
    for content in pacs.sent.values():
        data = dcmread(io.BytesIO(content))
        assert (data.StudyInstanceUID, data.PatientName, data.PatientID) == (STUDY, CANARY, CANARY)
    verify(tmp_path / "audit")
    events = [json.loads(line)["event_id"]["meaning"] for line in (tmp_path / "audit").read_text().splitlines()]
    assert events == ["Query", "Import", "Patient Record", "Export"]
    assert CANARY not in (tmp_path / "audit").read_text()
    assert "71" not in {json.loads(line)["subject"] for line in (tmp_path / "audit").read_text().splitlines()}


def test_a_patient_that_is_not_there_a_connection_that_fails_and_its_test_are_told(pacs: OnePatient, open_page: OpenPage) -> None:
    session = find(open_page("review"), "72")
    assert "no study of that patient" in words(session)
    session = session.button(key=TEST_PACS_KEY).click().run()
    assert session.success[0].value == "The archive answers."
    pacs.refuses = True
    session.text_input(key=ACCESSION_KEY).set_value("1")
    assert find(session).warning[0].value == "There is no connection."


def test_a_series_is_not_fetched_beyond_its_users_quota(
    pacs: OnePatient, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(QUOTA_VARIABLE, "200")
    monkeypatch.setattr(pacs, "fetch", lambda *_: pytest.fail("fetched"))
    session = find(open_page("review"), "71")
    session.button(key=f"{FETCH_KEYS}{SERIES}").click().run()
    assert "one user may hold 200 MB" in words(session)


def test_the_result_of_an_upload_is_not_sent_anywhere(pacs: OnePatient, open_page: OpenPage) -> None:
    session = analyse(upload_head(open_page("review")))
    assert not [one for one in session.button if one.key == SEND_KEY]
