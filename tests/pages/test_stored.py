"""Cases that outlive a session in a clinic's case store."""

import json
import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.store
from adcore.audit import verify
from adcore.case.scan import Scan, SourceFormat
from adcore.errors import StoreError
from adcore.readers.isolation.wire import scan_message
from adcore.store import CaseStore
from adcore.store.case_store import NOT_KEPT, RECEIVED
from adcore.store.encryption import new_key
from app.audit import AUDIT_VARIABLE
from app.quota import QUOTA_VARIABLE
from app.state.keys import BLINDED_READ_KEY, COMMIT_KEY, ERASE_KEY, OPEN_KEYS, field_key, note_key
from app.store import STORE_KEY_VARIABLE, STORE_VARIABLE
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_blinded_read import save
from tests.pages.test_review import analyse, headline, upload_head
from tests.pages.test_upload import drop, slices
from tests.support.dicom_builder import CANARY
from tests.support.fakes import TYPICAL, fake_analysis, head_scan

STORED = "Your stored cases"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of the store at work, for a browser called "mine"."""
    url = f"sqlite:///{tmp_path}/cases.db"
    monkeypatch.setenv(STORE_VARIABLE, url)
    monkeypatch.setattr(app.store, "this_owner", lambda: "mine")
    return url


@pytest.fixture
def with_scans(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(STORE_KEY_VARIABLE, new_key())
    return url


def answered(open_page: OpenPage) -> AppTest:
    """An upload with its answer and a note."""
    session = upload_head(open_page("review"))
    session.text_input(key=field_key("mmse")).set_value("20")
    return save(analyse(session), "I agree", "As I see it.")


def after_a_restart(open_page: OpenPage) -> AppTest:
    app.store._open.cache_clear()
    return open_page("review")


def scan_of(session: AppTest) -> str:
    return session.session_state["adcore_session"].study.scan.sha256


def test_a_case_that_a_scanner_sent_is_on_every_users_list_and_becomes_theirs_with_their_note(
    with_scans: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = head_scan()
    scan = Scan(scan.voxels, scan.affine, SourceFormat.DICOM, scan.sha256)
    store = CaseStore.open(with_scans, os.environ[STORE_KEY_VARIABLE])
    store.keep(RECEIVED, scan, ("received", fake_analysis(scan, TYPICAL)))
    monkeypatch.setattr(app.store, "this_owner", lambda: "mine")
    session = after_a_restart(open_page)
    assert STORED in words(session)
    assert "received" in words(session)
    (case,) = store.cases()
    session.button(key=f"{OPEN_KEYS}stored_{case.id}").click().run()
    assert scan_of(session) == scan.sha256
    save(session, "I agree", "As I see it.")
    assert {case.owner: len(case.notes) for case in store.cases()} == {RECEIVED: 0, "mine": 1}
    monkeypatch.setattr(app.store, "this_owner", lambda: "another")
    other = after_a_restart(open_page)
    assert scan.pseudonym in words(other)
    assert "with your note" not in words(other)
    app.store.erase(store.cases("mine")[0])
    assert not store.cases()


def test_no_answer_is_shown_that_is_not_in_the_store(url: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    session = upload_head(open_page("review"))

    def fail(*_: object) -> None:
        raise StoreError(NOT_KEPT)

    with monkeypatch.context() as broken:
        broken.setattr(CaseStore, "keep", fail)
        analyse(session)
        assert not headline(session)
        assert NOT_KEPT in words(session)
    analyse(session)
    assert headline(session)
    assert CaseStore.open(url).cases("mine")[0].scan_sha256 == scan_of(session)


def test_every_answer_to_changed_fields_is_in_the_store_and_the_last_one_shown_comes_back(
    url: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = answered(open_page)
    session.text_input(key=field_key("mmse")).set_value("28").run()

    def fail(*_: object) -> None:
        raise StoreError(NOT_KEPT)

    with monkeypatch.context() as broken:
        broken.setattr(CaseStore, "keep", fail)
        session.text_input(key=field_key("mmse")).set_value("25").run()
        assert not headline(session)
        assert NOT_KEPT in words(session)
    session.text_input(key=field_key("mmse")).set_value("20").run()
    assert headline(session)
    (case,) = CaseStore.open(url).cases("mine")
    assert [answer.record["mmse"] for answer in case.answers] == [28, 20]


@pytest.mark.slow
def test_after_a_restart_a_case_opens_again_with_scan_fields_answer_and_note(with_scans: str, open_page: OpenPage) -> None:
    first = answered(open_page)
    session = after_a_restart(open_page)
    line = next(shown.value for shown in session.markdown if "Case " in shown.value)
    assert "likely impaired" in line
    assert line.endswith("with your note")
    (button,) = [button for button in session.button if button.key.startswith("adcore_open_stored_")]
    button.click().run()
    assert headline(session) == headline(first)
    assert session.get("bidi_component")
    assert session.text_input(key=field_key("mmse")).value == "20"
    assert session.text_area(key=note_key("why", scan_of(session))).value == "As I see it."
    assert session.radio(key=note_key("agrees", scan_of(session))).value == "I agree"
    (case,) = CaseStore.open(with_scans).cases("mine")
    assert (len(case.answers), len(case.notes)) == (1, 1)


@pytest.mark.slow
def test_a_link_opens_a_stored_case_with_its_scan_and_says_where_it_has_none(
    with_scans: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answered(open_page)
    digits = first.session_state["adcore_session"].study.scan.pseudonym.removeprefix("Case ")
    session = after_a_restart(open_page)
    session.query_params["case"] = digits
    assert headline(session.run()) == headline(first)
    monkeypatch.delenv(STORE_KEY_VARIABLE)
    session = after_a_restart(open_page)
    session.query_params["case"] = digits
    assert "no key to decrypt it" in words(session.run())


def test_without_its_scan_a_case_shows_what_is_kept_and_comes_back_with_the_upload(url: str, open_page: OpenPage) -> None:
    answered(open_page)
    session = after_a_restart(open_page)
    assert not [button for button in session.button if button.key.startswith("adcore_open_stored_")]
    details(session)
    shown = words(session)
    assert "**Likely impaired** · 70% (58 to 80%) probability of impairment" in shown
    assert "I agree" in shown
    assert "As I see it." in shown
    assert "Upload the scan again" in shown
    session = upload_head(after_a_restart(open_page))
    assert session.text_input(key=field_key("mmse")).value == "20"
    assert session.session_state["adcore_session"].note.why == "As I see it."


def details(session: AppTest) -> AppTest:
    (button,) = [button for button in session.button if button.key.startswith("adcore_open_details_")]
    return button.click().run()


def test_a_case_is_not_opened_beyond_its_users_quota(
    with_scans: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(open_page)
    session = after_a_restart(open_page)
    monkeypatch.setenv(QUOTA_VARIABLE, "1")
    (button,) = [button for button in session.button if button.key.startswith("adcore_open_stored_")]
    button.click().run()
    assert "one user may hold 1 MB" in words(session)
    assert not headline(session)


def test_another_browser_does_not_see_it(url: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(open_page)
    assert STORED in words(open_page("review"))
    monkeypatch.setattr(app.store, "this_owner", lambda: "another")
    assert STORED not in words(open_page("review"))
    other = upload_head(open_page("review"))
    assert other.session_state["adcore_session"].note is None


def test_a_case_is_erased_for_good(with_scans: str, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(open_page)
    monkeypatch.setenv(AUDIT_VARIABLE, str(tmp_path / "audit.jsonl"))
    session = details(after_a_restart(open_page))
    assert session.button(key=ERASE_KEY).disabled
    session.checkbox[0].check().run()
    session.button(key=ERASE_KEY).click().run()
    assert STORED not in words(session.run())
    assert CaseStore.open(with_scans).cases() == []
    records = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert [record["action"] for record in records] == ["R", "D"]
    assert verify(tmp_path / "audit.jsonl")[0] == 2


def test_no_name_of_a_header_reaches_the_database_or_the_stored_scan(with_scans: str, open_page: OpenPage) -> None:
    session = drop(open_page("review"), slices())
    assert headline(analyse(session))
    store = CaseStore.open(with_scans)
    assert CANARY.encode() not in Path(with_scans.removeprefix("sqlite:///")).read_bytes()
    scan = app.store.case_store().scan(store.cases("mine")[0])
    assert CANARY not in json.dumps(scan_message(scan))


def test_a_sealed_answer_is_kept_with_the_estimate_and_not_before(url: str, open_page: OpenPage) -> None:
    session = upload_head(open_page("review"))
    session.toggle(key=BLINDED_READ_KEY).set_value(True).run()
    analyse(session)
    store = CaseStore.open(url)
    assert store.cases() == []
    session.button(key=COMMIT_KEY).click().run()
    (case,) = store.cases()
    assert headline(session)
    assert (len(case.answers), len(case.notes)) == (1, 1)


def test_a_demo_patient_is_not_kept(url: str, open_page: OpenPage) -> None:
    assert headline(analyse(choose(open_page("review"), "marked")))
    assert CaseStore.open(url).cases() == []
