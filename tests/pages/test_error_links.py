from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.errors.synthetic
import app.runtime
import app.shared.model
from adcore.evaluation.cases.classified import Kind
from app.state.keys import CASE_KEY, KINDS_KEY, SOURCE_KEY
from tests.pages.conftest import OpenPage, words
from tests.pages.test_errors import drop, participants, show_only
from tests.pages.test_links import address, follow
from tests.support.model_folder import CERTAIN_MISS, PARTICIPANTS, folds_table, write_synthetic_participants


@pytest.fixture
def errors(model: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> AppTest:
    """The errors page of a new user, with the shipped model at work."""
    monkeypatch.setattr(app.shared.model, "SHIPPED", model)
    return open_page("errors")


def test_a_link_opens_an_out_of_fold_participant(errors: AppTest) -> None:
    follow(errors, CERTAIN_MISS)
    assert not errors.warning
    assert f"{CERTAIN_MISS}: false negative" in words(errors)
    assert address(errors) == CERTAIN_MISS


def test_the_address_follows_the_case_and_is_empty_without_one(errors: AppTest) -> None:
    assert "case" not in errors.query_params
    errors.selectbox(key=CASE_KEY).select("OAS1_0003").run()
    assert address(errors) == "OAS1_0003"
    errors.button(key="adcore_next").click().run()
    assert address(errors) == errors.selectbox(key=CASE_KEY).value != "OAS1_0003"
    errors.selectbox(key=CASE_KEY).set_value(None).run()
    assert "case" not in errors.query_params


def test_a_link_is_followed_once_and_the_reader_can_move_on(errors: AppTest) -> None:
    follow(errors, "OAS1_0003")
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    assert errors.run().selectbox(key=CASE_KEY).value == CERTAIN_MISS


def test_filters_stay_unless_they_hide_the_linked_case(errors: AppTest) -> None:
    right = participants(errors).query("Outcome == 'correct'").index[0]
    wrong = len(participants(show_only(errors, Kind.WRONG)))
    follow(errors, CERTAIN_MISS)
    assert len(participants(errors)) == wrong < PARTICIPANTS
    follow(errors, right)
    assert f"{right}: classified correctly" in words(errors)
    assert errors.pills(key=KINDS_KEY).value == []
    assert len(participants(errors)) == PARTICIPANTS


def test_an_unknown_case_is_a_sentence_that_does_not_repeat_it_and_the_open_case_stays(errors: AppTest) -> None:
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    follow(errors, "Jane Doe")
    assert "names no participant that a link can open" in errors.warning[0].value
    assert "Jane" not in words(errors)
    assert f"{CERTAIN_MISS}: false negative" in words(errors)
    assert address(errors) == CERTAIN_MISS


def test_participants_of_an_uploaded_table_neither_appear_in_the_address_nor_open_from_it(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    drop(errors, "subject,label,p_all_fused\nSECRET,1,0.2\nOTHER,0,0.3\n")
    errors.selectbox(key=CASE_KEY).select("SECRET").run()
    assert "SECRET: false negative" in words(errors)
    assert "case" not in errors.query_params
    follow(errors, "OTHER")
    assert "names no participant" in errors.warning[0].value
    assert "SECRET: false negative" in words(errors)


@pytest.mark.slow
def test_a_link_leaves_an_uploaded_table_for_the_models_own_participants(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    drop(errors, folds_table()[["subject", "label", "p_all_fused"]].to_csv(index=False))
    follow(errors, CERTAIN_MISS)
    assert errors.selectbox(key=SOURCE_KEY).value == "out of fold"
    assert errors.selectbox(key=CASE_KEY).value == CERTAIN_MISS


@pytest.mark.usefixtures("model")
def test_participants_of_another_model_than_the_shipped_one_are_not_linked(open_page: OpenPage) -> None:
    session = follow(open_page("errors"), CERTAIN_MISS)
    assert "names no participant" in session.warning[0].value
    session.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    assert "case" not in session.query_params


@pytest.mark.slow
@pytest.mark.usefixtures("model", "weights")
def test_a_link_to_a_synthetic_participant_shows_the_synthetic_participants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    monkeypatch.setattr(app.errors.synthetic, "SYNTHETIC_PARTICIPANTS", write_synthetic_participants(tmp_path / "participants"))
    app.errors.synthetic._predict.clear()
    session = follow(open_page("errors"), "SYN-02")
    assert not session.warning
    assert session.selectbox(key=SOURCE_KEY).value == "synthetic"
    assert session.selectbox(key=CASE_KEY).value == "SYN-02"
    assert address(session) == "SYN-02"
    app.errors.synthetic._predict.clear()
