import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import app.errors.group_means
import app.errors.synthetic
import app.runtime
import app.shared.model
from adcore.cohorts.browse import open_cohort
from adcore.errors import CohortError
from adcore.evaluation.cases.classified import Kind
from adcore.explain.slices_only import SliceExplanation
from adcore.training.release.participants import add_participants
from app.errors.overview import HISTOGRAM_KEY, MATRIX_KEY, _take_cell, _take_range
from app.state.explorer import EVERY_CHANCE
from app.state.keys import (
    AGES_KEY,
    AVERAGE_KEY,
    BANDS_KEY,
    BESIDE_KEY,
    CASE_KEY,
    CASE_NOTE_KEYS,
    CASE_TAGS_KEYS,
    CELLS_KEY,
    CHANCES_KEY,
    DISTANCE_KEY,
    FOLDER_KEY,
    GROUP_KEY,
    INPUTS_KEY,
    KINDS_KEY,
    MMSE_RANGE_KEY,
    NOTES_UPLOAD_KEY,
    OVER_KEY,
    OVERLAY_KEY,
    PAIR_KEY,
    PREDICTIONS_KEY,
    QUALITY_KEYS,
    SEARCH_KEY,
    SITE_KEY,
    SOURCE_KEY,
    SUREST_KEY,
    THRESHOLD_KEY,
)
from tests.evaluation.cases.test_case_picture import explanation as grey
from tests.pages.conftest import OpenPage, words
from tests.support.model_folder import CERTAIN_MISS, PARTICIPANTS, SLICES, folds_table, write_oasis1, write_synthetic_participants


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
    assert len(errors.get("plotly_chart")) == 4
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


@pytest.mark.slow
@pytest.mark.usefixtures("weights")
def test_a_case_with_images_shows_slices_and_names_the_network_behind_the_map(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(errors, str(write_oasis1(tmp_path / "data")), monkeypatch)
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    assert not errors.exception
    assert len(errors.image) == 3  # two of the worst, and the case
    assert "was trained on this participant" in words(errors)
    explorer = errors.session_state["adcore_session"].explorer
    errors.segmented_control(key=OVERLAY_KEY).set_value("vgg16").run()
    assert len(set(explorer.pictures.values())) == len(explorer.pictures) == 2  # bare and with the map
    errors.selectbox(key=CASE_KEY).select("OAS1_0030").run()
    assert "lacks slice" in errors.warning[0].value


def test_the_misclassified_are_averaged_beside_the_others_of_their_label(
    errors: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.errors.group_means, "LEAST", 1)
    asked: list[str] = []

    def explained(_cohort: object, session: str) -> SliceExplanation:
        asked.append(session)
        if session.startswith("OAS1_0003"):
            raise CohortError("It lacks slice 92.")
        return grey(0.8)

    monkeypatch.setattr(app.errors.group_means, "explain_session", explained)
    assert AVERAGE_KEY not in [button.key for button in errors.button]  # without images
    offer(errors, str(write_oasis1(tmp_path / "data")), monkeypatch)
    table = participants(errors)
    errors.button(key=AVERAGE_KEY).click().run()
    assert not errors.exception
    of_label = [subject for subject in table.index if int(subject[-4:]) % 2]
    assert len(asked) == min(len(of_label), len(set(asked)))
    assert f"{CERTAIN_MISS}_MR1" in asked
    assert all(int(session[5:9]) % 2 for session in asked)
    told = " ".join(caption.value for caption in errors.caption)
    assert "tests nothing. 1 have no slices and are left out." in told
    assert len(errors.image) >= 3
    errors.selectbox(key=PAIR_KEY).select_index(1).run()
    assert "tests nothing" not in " ".join(caption.value for caption in errors.caption)
    show_only(errors, Kind.WRONG)
    assert "A mean takes 1 or more of each group" in " ".join(caption.value for caption in errors.caption)


@pytest.mark.slow
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
    assert len(errors.image) >= 1
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


def test_the_page_opens_on_the_worst_and_a_press_opens_one(errors: AppTest) -> None:
    worst = [button.label for button in errors.button if str(button.key).startswith("adcore_worst_")]
    table = participants(errors)
    assert 0 < len(worst) <= 10
    assert worst == list(table.index[: len(worst)])
    assert worst[0] == CERTAIN_MISS
    assert (table["Off by"].iloc[: len(worst)].diff().dropna() <= 0).all()
    errors.button(key=f"adcore_worst_0_{CERTAIN_MISS}").click().run()
    assert f"{CERTAIN_MISS}: false negative" in words(errors)
    assert "called likely unimpaired" in words(errors)


def test_another_threshold_moves_the_matrix_and_not_the_answers_in_words(errors: AppTest) -> None:
    def count(kind: Kind) -> str:
        return next(label for label in errors.pills(key=KINDS_KEY).options if label.startswith(kind.value))

    before = count(Kind.CONFIDENTLY_WRONG)
    errors.slider(key=THRESHOLD_KEY).set_value(99).run()
    cells = errors.pills(key=CELLS_KEY).options
    missed = int(((folds_table()["p_all_fused"] < 0.99) & (folds_table()["label"] == 1)).sum())
    assert cells[0] == f"True positive ({PARTICIPANTS // 2 - missed})"
    assert cells[1] == f"False negative ({missed})"
    assert count(Kind.CONFIDENTLY_WRONG) == before
    errors.pills(key=CELLS_KEY).set_value([(1, 0)]).run()
    assert len(participants(errors)) == missed


def test_a_click_into_the_matrix_or_on_a_bar_is_the_filter_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def clicked(key: str, **point: object) -> dict[str, Any]:
        state = {key: {"selection": {"points": [point] if point else []}}}
        monkeypatch.setattr("streamlit.session_state", state)
        return state

    state = clicked(MATRIX_KEY, curve_number=1, point_index=1)
    _take_cell()
    assert state[CELLS_KEY] == [(1, 0)]
    state = clicked(HISTOGRAM_KEY, curve_number=0, x="12.5")
    _take_range()
    assert state[CHANCES_KEY] == (10, 15)
    state = clicked(HISTOGRAM_KEY)
    _take_range()
    assert state[CHANCES_KEY] == EVERY_CHANCE


def test_age_band_sex_and_cdr_are_there_without_a_data_folder_where_the_model_tells_them(
    model: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    add_participants(model, open_cohort(write_oasis1(tmp_path / "data"), SLICES))
    errors = open_page("errors")
    assert {"CDR", "Age band", "Sex"} <= set(participants(errors).columns)
    errors.multiselect(key=BANDS_KEY).set_value(["60 to 69"]).run()
    assert set(participants(errors)["Age band"]) == {"60 to 69"}
    errors.button(key=SEARCH_KEY).click().run()
    assert "subgroups were looked at" in words(errors)
    assert not errors.exception


def test_a_found_subgroup_can_be_shown_alone(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    generator = np.random.default_rng(1)
    table = pd.DataFrame({"subject": [f"P{n}" for n in range(80)], "label": np.arange(80) % 2, "site": ["a", "b", "b", "a"] * 20})
    off = (table["site"] == "a") & (generator.uniform(size=80) < 0.8)
    table["p_all_fused"] = np.where((table["label"] == 1) ^ off, 0.8, 0.2)
    drop(errors, table.to_csv(index=False))
    errors.button(key=SEARCH_KEY).click().run()
    found = errors.selectbox(key=GROUP_KEY).options
    assert found == ["everyone", "site a"]
    errors.selectbox(key=GROUP_KEY).select("site a").run()
    assert len(participants(errors)) == 40
    errors.selectbox(key=GROUP_KEY).select("everyone").run()
    assert len(participants(errors)) == 80


def test_a_cohort_with_sites_mmse_and_distances_is_filtered_by_them(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    table = pd.DataFrame({"subject": [f"P{n}" for n in range(20)], "label": np.arange(20) % 2, "site": ["a", "b"] * 10})
    table = table.assign(p_all_fused=0.4, mmse=[20, 25, 28, 30, None] * 4, training_distance=np.linspace(0.5, 1.45, 20))
    drop(errors, table.to_csv(index=False))
    assert len(participants(errors)) == 20  # an MMSE that is unknown is no reason to leave anybody out
    errors.multiselect(key=SITE_KEY).set_value(["a"]).run()
    assert len(participants(errors)) == 10
    errors.slider(key=MMSE_RANGE_KEY).set_range(24, 29).run()
    assert set(participants(errors).index) == {"P2", "P6", "P12", "P16"}
    errors.slider(key=DISTANCE_KEY).set_range(0.5, 0.8).run()
    assert set(participants(errors).index) == {"P2", "P6"}
    wider = table.assign(site="a", mmse=[0, *[30] * 19], training_distance=np.linspace(0.1, 2, 20))
    drop(errors, wider.to_csv(index=False))
    assert len(participants(errors)) == 20  # what was all of the last cohort is no filter on the next


def test_a_cohort_whose_scans_quality_is_known_is_filtered_by_it(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    table = pd.DataFrame({"subject": [f"P{n}" for n in range(10)], "label": np.arange(10) % 2, "p_all_fused": 0.4})
    table = table.assign(smoothness_mm=np.linspace(4, 8.5, 10), noise_percent=np.linspace(1.0, 5.5, 10))
    drop(errors, table.to_csv(index=False))
    errors.slider(key=f"{QUALITY_KEYS}smoothness_mm").set_range(4.0, 5.0).run()
    assert set(participants(errors).index) == {"P0", "P1", "P2"}
    errors.slider(key=f"{QUALITY_KEYS}noise_percent").set_range(1.5, 5.5).run()
    assert set(participants(errors).index) == {"P1", "P2"}
    errors.button(key=SEARCH_KEY).click().run()
    assert not errors.exception


def test_the_surest_answers_are_counted(errors: AppTest) -> None:
    errors.selectbox(key=SOURCE_KEY).select("evaluated").run()
    chances = [0.99, 0.98, 0.97, 0.03, 0.6, 0.4, 0.4, 0.55, 0.45, 0.55]
    table = pd.DataFrame(
        {"subject": [f"P{n}" for n in range(10)], "label": [1, 1, 0, 0, 0, 1, 1, 1, 0, 1], "p_all_fused": chances}
    )
    drop(errors, table.to_csv(index=False))
    assert "10 of 10 answered, 6 right: 60% (31 to 83%)." in words(errors)
    errors.slider(key=SUREST_KEY).set_value(40).run()
    assert "4 of 10 answered, 3 right: 75% (30 to 95%)." in words(errors)
    assert "Of their 2 impaired 2 are recognised (100%)." in words(errors)
    assert "Of those left out 3 right: 50%" in words(errors)


def test_two_cases_stand_side_by_side_above_those_read_alike(errors: AppTest) -> None:
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    assert "carry the same label" in words(errors)
    errors.selectbox(key=BESIDE_KEY).select("OAS1_0003").run()
    assert f"{CERTAIN_MISS}: " in words(errors)
    assert "OAS1_0003: " in words(errors)


@pytest.mark.slow
def test_tags_and_notes_outlive_a_page_switch_and_are_saved_and_taken_up_again(errors: AppTest, open_page: OpenPage) -> None:
    errors.selectbox(key=CASE_KEY).select(CERTAIN_MISS).run()
    errors.text_area(key=f"{CASE_NOTE_KEYS}out of fold_{CERTAIN_MISS}").set_value("motion, I think").run()
    errors.pills(key=f"{CASE_TAGS_KEYS}out of fold_{CERTAIN_MISS}").set_value(["poor scan"]).run()
    errors.switch_page("../pages/about.py").run()
    errors.switch_page("../pages/errors.py").run()
    assert errors.text_area(key=f"{CASE_NOTE_KEYS}out of fold_{CERTAIN_MISS}").value == "motion, I think"
    explorer = errors.session_state["adcore_session"].explorer
    saved = next(iter(explorer.offers.files.values())).make()
    other = open_page("errors")
    other.file_uploader(key=NOTES_UPLOAD_KEY).set_value(("notes.csv", saved, "text/csv")).run()
    assert other.session_state["adcore_session"].explorer.notes == explorer.notes
    assert explorer.notes_saved
    refused = open_page("errors")
    refused.file_uploader(key=NOTES_UPLOAD_KEY).set_value(("notes.csv", b"a,b\n1,2\n", "text/csv")).run()
    assert "table of notes" in refused.warning[0].value
