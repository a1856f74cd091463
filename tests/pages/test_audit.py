"""The audit trail of a review, and what the page does without one."""

import json
from pathlib import Path

import pytest

from adcore.audit import verify
from app.audit import AUDIT_VARIABLE
from app.state.keys import field_key
from tests.pages.conftest import OpenPage, choose, words
from tests.pages.test_review import ANALYSE, headline, upload_head


@pytest.mark.slow
def test_an_upload_and_each_answer_are_recorded_without_a_name(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = tmp_path / "audit.jsonl"
    monkeypatch.setenv(AUDIT_VARIABLE, str(trail))
    session = open_page("review")
    upload_head(session)
    session.button(key=ANALYSE).click().run()
    session.text_input(key=field_key("mmse")).set_value("20").run()
    assert "Likely impaired" in headline(session)
    records = [json.loads(line) for line in trail.read_text().splitlines()]
    case = session.session_state["adcore_session"].study.scan.pseudonym
    assert [(record["event_id"]["meaning"], record["subject"]) for record in records] == [
        ("Import", case),
        ("Patient Record", case),
        ("Patient Record", case),
    ]
    assert verify(trail)[0] == 3


def test_without_its_record_other_fields_get_no_answer(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = choose(open_page("review"), "marked")
    session.button(key=ANALYSE).click().run()
    monkeypatch.setenv(AUDIT_VARIABLE, "/dev/full")
    session.text_input(key=field_key("mmse")).set_value("28").run()
    assert not headline(session)
    assert "no answer without its record" in words(session)
    monkeypatch.setenv(AUDIT_VARIABLE, str(tmp_path / "audit.jsonl"))
    assert "Likely unimpaired" in headline(session.run())


def test_without_its_record_no_answer_is_shown(open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = choose(open_page("review"), "marked")
    monkeypatch.setenv(AUDIT_VARIABLE, "/dev/full")
    session.button(key=ANALYSE).click().run()
    assert not headline(session)
    assert session.session_state["adcore_session"].result is None
    assert "no answer without its record" in words(session)
    monkeypatch.setenv(AUDIT_VARIABLE, str(tmp_path / "audit.jsonl"))
    session.button(key=ANALYSE).click().run()
    assert "Likely impaired" in headline(session)
