"""Which pages a signed-in user opens by their role, whose the cases are, and what the audit trail calls them."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import app.user
from adcore.audit import user_id, user_pseudonym
from adcore.store import CaseStore
from adcore.store.case_store import RECEIVED
from app.admission import NOT_KNOWN
from app.audit import AUDIT_VARIABLE
from app.state.keys import ALL_CASES_KEY, ERASE_KEY
from app.store import (
    RECEIVED_VARIABLE,
    STORE_VARIABLE,
    erase,
    received_stays,
    require_received,
    stored_case,
    stored_cases,
)
from app.stored_case import RECEIVED_STAYS
from app.user import SIGN_IN_VARIABLE, Role
from tests.pages.conftest import OpenPage, words
from tests.pages.test_review import analyse, headline, upload_head
from tests.support.builders import as_scan, tiny_volume
from tests.support.fakes import TYPICAL, fake_analysis

SignIn = Callable[[str, Role], str]


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Signs a user in for the pages opened from then on; gives their identity."""
    monkeypatch.setenv(SIGN_IN_VARIABLE, "proxy")

    def signed_in(name: str, role: Role) -> str:
        identity = user_id(name, "k" * 32)
        context = SimpleNamespace(user_info={"user": identity, "role": role.name})
        monkeypatch.setattr(app.user, "get_script_run_ctx", lambda suppress_warning: context)
        return identity

    return signed_in


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(AUDIT_VARIABLE, str(tmp_path / "audit.jsonl"))
    return tmp_path / "audit.jsonl"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/cases.db"
    monkeypatch.setenv(STORE_VARIABLE, url)
    return url


def by_address(open_page: OpenPage, page: str) -> AppTest:
    """A page as its address opens it, in the navigation or not."""
    session = open_page("about")
    session._page_hash = calc_hash(page)
    return session.run()


def titles(session: AppTest) -> list[str]:
    return [title.value for title in session.title]


def records(trail: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in trail.read_text().splitlines()]


def test_a_reader_is_told_which_role_a_page_is_for(open_page: OpenPage, sign_in: SignIn, store: str) -> None:
    sign_in("meier", Role.READER)
    for page, title, role in (("errors", "Errors", "researcher"), ("all_cases", "All cases", "administrator")):
        session = by_address(open_page, page)
        assert titles(session) == [title]
        assert f"This page is for the role {role}." in words(session)
    start = open_page("start")
    assert "Signed in as reader." in words(start)
    assert [button.key for button in start.button if button.key == "start_errors"] == []


def test_a_researcher_opens_the_errors_and_no_cases_of_others(
    open_page: OpenPage, sign_in: SignIn, store: str, model: Path
) -> None:
    sign_in("meier", Role.RESEARCHER)
    assert "participants shown" in words(open_page("errors"))
    assert "for the role administrator" in words(by_address(open_page, "all_cases"))


def test_whom_the_server_does_not_know_gets_nothing(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGN_IN_VARIABLE, "proxy")
    session = AppTest.from_file(str(Path(app.__file__).parent / "main.py")).run()
    assert [warning.value for warning in session.warning] == [NOT_KNOWN]
    assert not session.title


def test_the_trail_calls_a_user_by_a_pseudonym_and_begins_with_their_login(
    open_page: OpenPage, sign_in: SignIn, trail: Path
) -> None:
    meier = sign_in("meier", Role.READER)
    session = upload_head(open_page("review"))
    assert headline(analyse(session))
    told = records(trail)
    assert [record["event_id"]["meaning"] for record in told] == ["User Authentication", "Import", "Patient Record"]
    assert {record["user"] for record in told} == {user_pseudonym(meier)}
    assert "meier" not in trail.read_text()


def test_without_the_record_of_a_login_nobody_is_let_in(
    open_page: OpenPage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in("meier", Role.READER)
    monkeypatch.setenv(AUDIT_VARIABLE, "/dev/full")
    session = open_page("start")
    assert "The audit trail could not be written" in words(session)
    assert not session.title


def test_cases_belong_to_users_and_an_administrator_sees_and_erases_those_of_all(
    open_page: OpenPage, sign_in: SignIn, store: str, trail: Path
) -> None:
    meier = sign_in("meier", Role.READER)
    analyse(upload_head(open_page("review")))
    assert "Your stored cases" in words(open_page("review"))
    sign_in("schulz", Role.ADMINISTRATOR)
    assert "Your stored cases" not in words(open_page("review"))

    session = open_page("all_cases")
    (table,) = session.dataframe
    assert table.value["User"].tolist() == [user_pseudonym(meier).removeprefix("User ")]
    _select(session, 0)
    assert "stand-in 0, adcore" in words(session)
    session.checkbox[0].check().run()
    session.button(key=ERASE_KEY).click().run()
    assert "No case is kept." in words(open_page("all_cases"))
    assert [record["action"] for record in records(trail)[-3:]] == ["R", "D", "E"]


def test_received_cases_are_for_the_roles_that_are_named_and_erased_by_administrators_alone(
    open_page: OpenPage, sign_in: SignIn, store: str, trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = as_scan(*tiny_volume())
    kept = CaseStore.open(store, None)
    kept.keep(RECEIVED, scan, ("received", fake_analysis(scan, TYPICAL)))

    def lists(role: Role) -> bool:
        sign_in("meier", role)
        return "Your stored cases" in words(open_page("review"))

    assert lists(Role.READER)
    monkeypatch.setenv(RECEIVED_VARIABLE, "researcher")
    assert [lists(role) for role in Role] == [False, True, True]
    (case,) = kept.cases(RECEIVED)
    sign_in("meier", Role.READER)
    assert (stored_cases(), stored_case(scan.sha256)) == ([], None)
    sign_in("meier", Role.RESEARCHER)
    assert stored_case(scan.sha256) is not None
    kept.keep(user_id("meier", "k" * 32), scan, ("own", fake_analysis(scan, TYPICAL)))
    erase(stored_case(scan.sha256))
    erase(case)
    assert [one.owner for one in kept.cases()] == [RECEIVED]
    assert received_stays(case)

    sign_in("schulz", Role.ADMINISTRATOR)
    session = open_page("all_cases")
    assert session.dataframe[0].value["User"].tolist() == ["received"]
    _select(session, 0)
    assert RECEIVED_STAYS not in words(session)
    session.checkbox[0].check().run()
    session.button(key=ERASE_KEY).click().run()
    assert kept.cases() == []


@pytest.mark.parametrize(("role", "buttons"), [(Role.READER, 0), (Role.ADMINISTRATOR, 1)])
def test_a_reader_is_told_who_erases_what_was_received(
    open_page: OpenPage, sign_in: SignIn, store: str, role: Role, buttons: int
) -> None:
    scan = as_scan(*tiny_volume())
    CaseStore.open(store, None).keep(RECEIVED, scan, ("received", fake_analysis(scan, TYPICAL)))
    sign_in("meier", role)
    session = open_page("review")
    next(button for button in session.button if button.label == "Details").click().run()
    assert (RECEIVED_STAYS in words(session)) is (buttons == 0)
    assert len([button for button in session.button if button.key == ERASE_KEY]) == buttons


def test_the_server_does_not_start_with_a_role_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RECEIVED_VARIABLE, "nurse")
    with pytest.raises(RuntimeError, match="reader, researcher, administrator"):
        require_received()
    monkeypatch.setenv(RECEIVED_VARIABLE, "administrator")
    require_received()


def _select(session: AppTest, row: int) -> None:
    """Select a row of the table, as a click on it does."""
    key = next(key for key in session.session_state._state.filtered_state if key.startswith(ALL_CASES_KEY))
    session.session_state[key] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    session.run()
