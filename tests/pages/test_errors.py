import os
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import app.errors.synthetic
import app.runtime
import app.shared.model
from adcore.evaluation.cases.classified import Kind
from app.state.keys import (
    AGES_KEY,
    CASE_KEY,
    FOLDER_KEY,
    INPUTS_KEY,
    KINDS_KEY,
    OVER_KEY,
    OVERLAY_KEY,
    PREDICTIONS_KEY,
    SOURCE_KEY,
)
from tests.pages.conftest import OpenPage, words
from tests.support.model_folder import CERTAIN_MISS, PARTICIPANTS, folds_table, write_oasis1, write_synthetic_participants


@pytest.fixture
def errors(model: Path, open_page: OpenPage) -> AppTest:
    """The errors page of a new user."""
    return open_page("errors")


def offer(session: AppTest, folders: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer data folders, as whoever runs the program does."""
    monkeypatch.setenv("ADCORE_DATA", folders)
    session.run()


def participants(session: AppTest) -> pd.DataFrame:
    return session.dataframe[0].value.set_index("Participant")


def show_only(session: AppTest, *kinds: Kind) -> AppTest:
    return session.pills(key=KINDS_KEY).set_value(list(kinds)).run()


def test_all_participants_of_the_cross_validation_are_listed_at_first(errors: AppTest) -> None:
    assert not errors.exception
    assert len(participants(errors)) == PARTICIPANTS
    assert "never saw them" in words(errors)
    assert "CDR" not in participants(errors)


def test_the_filter_wrong_shows_false_negatives_and_no_correct_case(errors: AppTest) -> None:
    shown = participants(show_only(errors, Kind.WRONG))
    assert 0 < len(shown) < PARTICIPANTS
    assert set(shown["Outcome"]) <= {"false negative", "false positive"}
    assert shown.loc[CERTAIN_MISS, "Outcome"] == "false negative"
    assert "confidently wrong" in shown.loc[CERTAIN_MISS, "Remark"]


def test_other_inputs_give_other_errors(errors: AppTest) -> None:
    given_all = set(participants(show_only(errors, Kind.WRONG)).index)
    given_images = set(participants(errors.selectbox(key=INPUTS_KEY).select("images").run()).index)
    assert given_images
    assert given_images != given_all


def test_the_charts_name_the_participants_they_cover(errors: AppTest) -> None:
    shown = participants(show_only(errors, Kind.WRONG))
    assert f"All participants with a label and a prediction: {PARTICIPANTS}," in words(errors)
    assert len(errors.get("plotly_chart")) == 3
    errors.segmented_control(key=OVER_KEY).set_value("only those shown").run()
    assert f"Participants shown with a label and a prediction: {len(shown)}," in words(errors)
    assert "worse than it is" in words(errors)


def test_a_case_shows_every_branch_with_and_without_mmse(errors: AppTest) -> None:
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    row = folds_table().set_index("subject").loc[CERTAIN_MISS]
    shown = errors.table[0].value
    assert shown.loc["Fused", "with MMSE"] == f"{100 * row['p_all_fused']:.0f}%"
    assert shown.loc["Clinical fields", "without MMSE"] == f"{100 * row['p_no_mmse_clinical']:.0f}%"
    assert shown.loc["Clinical fields", "scan alone"] == "no answer"
    assert f"{CERTAIN_MISS}: false negative" in words(errors)
    assert "No images available" in " ".join(info.value for info in errors.info)


def test_the_buttons_step_through_the_participants_shown(errors: AppTest) -> None:
    wrong = list(participants(show_only(errors, Kind.WRONG)).index)
    errors.button(key="adcore_next").click().run()
    assert errors.selectbox(key=CASE_KEY).value == wrong[0]
    errors.button(key="adcore_next").click().run()
    assert errors.selectbox(key=CASE_KEY).value == wrong[1]
    errors.button(key="adcore_previous").click().run()
    errors.button(key="adcore_previous").click().run()
    assert errors.selectbox(key=CASE_KEY).value == wrong[-1]


def test_a_case_hidden_by_the_filters_is_closed(errors: AppTest) -> None:
    right = participants(errors).query("Outcome == 'correct'").index[0]
    errors.selectbox(key=CASE_KEY).select(right).run()
    assert f"{right}: classified correctly" in words(errors)
    show_only(errors, Kind.WRONG)
    assert errors.selectbox(key=CASE_KEY).value is None
    assert right not in words(errors)


@pytest.mark.parametrize("address", ["/no/such/folder", "relative", "~nobody/data"])
def test_a_missing_data_folder_is_a_sentence(address: str, errors: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(errors, address, monkeypatch)
    assert not errors.exception
    assert len(errors.warning) == 1
    assert errors.warning[0].value.endswith(".")
    assert len(participants(errors)) == PARTICIPANTS


def test_a_data_folder_brings_age_sex_and_cdr_and_their_filters(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(errors, str(write_oasis1(tmp_path / "data")), monkeypatch)
    assert {"CDR", "Age", "Sex"} <= set(participants(errors).columns)
    errors.slider(key=AGES_KEY).set_range(60, 65).run()
    assert 0 < len(participants(errors)) < PARTICIPANTS
    assert participants(errors)["Age"].between(60, 65).all()


def test_only_folders_named_in_the_environment_are_offered(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "ADCORE_DATA" in words(errors)  # without it the page says how to offer one
    assert not errors.text_input
    offer(errors, f"{write_oasis1(tmp_path / 'first')}{os.pathsep}{tmp_path / 'second'}", monkeypatch)
    assert errors.selectbox(key=FOLDER_KEY).options == ["none", "first", "second"]
    errors.selectbox(key=FOLDER_KEY).select("none").run()
    assert "CDR" not in participants(errors)


@pytest.mark.usefixtures("weights")
def test_a_case_with_images_shows_slices_and_names_the_network_behind_the_map(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(errors, str(write_oasis1(tmp_path / "data")), monkeypatch)
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    assert not errors.exception
    assert len(errors.image) == 1
    assert "was trained on this participant" in words(errors)
    explorer = errors.session_state["adcore_session"].explorer
    errors.segmented_control(key=OVERLAY_KEY).set_value("vgg16").run()
    assert explorer.pictures["vgg16"] != explorer.pictures["off"]
    errors.selectbox(key=CASE_KEY).select("OAS1_0030").run()
    assert "lacks slice" in errors.warning[0].value


@pytest.mark.usefixtures("weights")
def test_synthetic_participants_come_with_images_and_measure_nothing(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.errors.synthetic, "SYNTHETIC_PARTICIPANTS", write_synthetic_participants(tmp_path / "participants"))
    app.errors.synthetic._predict.clear()
    errors.selectbox(key=SOURCE_KEY).select("synthetic").run()
    assert list(participants(errors).index) == ["SYN-01", "SYN-02"]
    assert "measures nothing" in words(errors)
    errors.selectbox(key=CASE_KEY).select("SYN-01").run()
    assert len(errors.image) == 1
    assert "synthetic" in " ".join(caption.value for caption in errors.caption)
    app.errors.synthetic._predict.clear()


def test_an_evaluated_cohort_is_read_and_participants_seen_in_training_are_reported(errors: AppTest) -> None:
    table = folds_table()[["subject", "label", "p_all_fused", "p_all_vgg16"]].assign(session="", category="inconclusive")
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    assert not errors.dataframe
    drop(errors, table.to_csv(index=False))
    assert len(participants(errors)) == PARTICIPANTS
    assert f"{PARTICIPANTS} of these participants were in the training set" in errors.warning[0].value
    assert len(participants(show_only(errors, Kind.INCONCLUSIVE))) == PARTICIPANTS


def test_another_table_is_refused_in_a_sentence(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    drop(errors, "a,b\n1,2\n")
    assert not errors.exception
    assert "it lacks subject" in errors.warning[0].value


def test_choices_survive_a_page_switch(errors: AppTest) -> None:
    show_only(errors, Kind.WRONG)
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    errors.switch_page("../pages/about.py").run()
    errors.switch_page("../pages/errors.py").run()
    assert errors.selectbox(key=CASE_KEY).value == CERTAIN_MISS
    assert len(participants(errors)) < PARTICIPANTS


def test_a_model_without_predictions_is_a_sentence(model: Path, open_page: OpenPage) -> None:
    (model / "folds.csv").unlink()
    session = open_page("errors")
    assert not session.exception
    assert session.warning[0].value.endswith(".")


def test_one_users_upload_is_not_the_others(errors: AppTest, open_page: OpenPage) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    drop(errors, "subject,label,p_all_fused\nSECRET,1,0.2\n")
    assert "SECRET" in participants(errors).index
    other = open_page("errors")
    other.selectbox(key=SOURCE_KEY).select("evaluated").run()
    assert not other.dataframe


def drop(session: AppTest, text: str) -> AppTest:
    return session.file_uploader(key=PREDICTIONS_KEY).set_value(("predictions.csv", text.encode(), "text/csv")).run()
