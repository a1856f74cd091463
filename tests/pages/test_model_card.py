from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from adcore.model.card import ModelCard
from adcore.model.seal import reseal_tables
from app.model_card.page import SECTIONS
from app.state.keys import CARD_MEASURE_KEY, PREVALENCE_KEY, UNFOLD_KEY
from tests.pages.conftest import OpenPage, ReadOnly, words
from tests.support.model_folder import PARTICIPANTS, write_model_folder


def card_page(folder: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("ADCORE_MODEL", str(folder))
    return open_page("model_card").button(key=UNFOLD_KEY).click().run()


@pytest.fixture
def own(tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of a card made before certificates, conformal limits, subgroups and controls."""
    return card_page(write_model_folder(tmp_path / "old"), open_page, monkeypatch)


@pytest.fixture
def old(tmp_path: Path, read_only: ReadOnly, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The same page, to be read only."""
    return read_only("old card", lambda: card_page(write_model_folder(tmp_path / "old"), open_page, monkeypatch))


@pytest.fixture
def full(tmp_path: Path, read_only: ReadOnly, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of a card that holds everything, to be read only."""
    return read_only("full card", lambda: card_page(write_model_folder(tmp_path / "full", full=True), open_page, monkeypatch))


def unknowns(session: AppTest) -> str:
    return " ".join(html.value for html in session.get("html") if "adcore-unknown" in html.value)


def test_the_page_is_one_paragraph_and_its_sections_folded_and_in_order(
    tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADCORE_MODEL", str(write_model_folder(tmp_path / "folded", full=True)))
    folded = open_page("model_card")
    assert not folded.exception
    assert [fold.label for fold in folded.expander] == [f"**{one.title}**: {one.asks}" for one in SECTIONS.values()]
    assert [block.value.startswith("**In short.**") for block in folded.markdown] == [True]
    assert not folded.get("plotly_chart")


def test_the_card_begins_with_one_paragraph_in_short(full: AppTest) -> None:
    first = next(block.value for block in full.markdown if block.value.startswith("**In short.**"))
    assert "\n" not in first
    for fact in ("It learned from", "years.", "Out of fold: AUC", "Not for: "):
        assert fact in first


def test_use_version_hash_and_limits_come_from_the_card(old: AppTest) -> None:
    text = words(old)
    assert "made-up" in old.title[0].value
    assert "Anything but tests." in text
    assert "`" + "0" * 64 + "`" in text
    assert "It has learned nothing." in text
    assert "3 of the 4 participants without a socio-economic status are impaired" in text


def test_what_an_old_card_lacks_is_listed_as_not_known(old: AppTest) -> None:
    unknown = unknowns(old)
    for missing in (
        "older than the certificate",
        "conformal",
        "by age, sex and severity",
        "Negative controls",
        "paired comparison",
    ):
        assert missing in unknown


def test_what_a_full_card_holds_is_shown_instead(full: AppTest) -> None:
    assert not full.exception
    unknown, text = unknowns(full), words(full)
    for missing in (
        "certificate",
        "conformal",
        "severity",
        "Negative controls",
        "paired comparison",
        "repeated cross-validation",
    ):
        assert missing not in unknown
    assert "no participant is in more than one of" in text
    assert "shuffled labels" in text
    assert "Counted for a test." in text
    assert "2 participants in pretraining" in text


def test_a_full_card_tells_when_the_scan_helps_and_what_the_words_mean(full: AppTest) -> None:
    text = words(full)
    for said in (
        "When does the scan help?",
        "Is acting on the answer worth it?",
        "Participants kept aside: 10, 5 of them impaired",
        "Measured once.",
        "Verbal answers as the product gives them",
        f"Given the scan alone: none of {PARTICIPANTS} participants gets a verbal answer.",
        "What the verbal answers mean where fewer patients are impaired",
        "slope 0.90",
    ):
        assert said in text, said


def test_a_full_card_draws_more_than_an_old_one(old: AppTest, full: AppTest) -> None:
    assert len(full.get("plotly_chart")) >= len(old.get("plotly_chart")) + 5


def test_every_metric_has_its_interval(old: AppTest, tmp_path: Path) -> None:
    card = ModelCard.read(write_model_folder(tmp_path / "same"))
    metrics = next(frame.value for frame in old.dataframe if "NPV" in frame.value.columns)
    auc = card.metrics["all"]["clinical"]["auc"]
    row = metrics.loc[("the scan and all fields including MMSE", "Clinical fields")]
    assert row["AUC"] == f"{auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f})"
    assert "logistic regression" in metrics.index.get_level_values(1)


def test_predictive_values_move_with_the_prevalence(own: AppTest) -> None:
    ppv = [metric.value for metric in own.metric if "PPV" in metric.label]
    own.slider(key=PREVALENCE_KEY).set_value(80).run()
    assert [metric.value for metric in own.metric if "PPV" in metric.label] != ppv


@pytest.mark.slow
def test_every_measure_can_be_drawn(own: AppTest) -> None:
    for measure in own.selectbox(key=CARD_MEASURE_KEY).options:
        assert measure
    own.selectbox(key=CARD_MEASURE_KEY).select("ece").run()
    assert not own.exception


def test_folds_that_are_not_the_certified_ones_are_a_warning(
    tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_model_folder(tmp_path / "moved")
    folds = pd.read_csv(folder / "folds.csv")
    folds["fold"] = (folds["fold"] + folds.index % 2) % 4
    folds.to_csv(folder / "folds.csv", index=False)
    reseal_tables(folder)
    session = card_page(folder, open_page, monkeypatch)
    assert "Do not trust" in session.warning[0].value


def test_that_participants_are_tested_once_is_reported_as_checked(old: AppTest) -> None:
    assert f"{PARTICIPANTS} participants are tested exactly once" in words(old)
    assert not old.warning


def test_card_and_folds_can_be_downloaded(old: AppTest) -> None:
    assert [button.label for button in old.get("download_button")] == ["Download card.json", "Download folds.csv"]


def test_nothing_is_dumped_as_json(full: AppTest) -> None:
    assert not full.json
    assert "{'" not in words(full)


@pytest.mark.parametrize("damage", ["missing", "not a card"])
def test_a_damaged_model_folder_is_a_sentence(
    damage: str, tmp_path: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    if damage == "not a card":
        (folder / "card.json").write_text("{}")
    monkeypatch.setenv("ADCORE_MODEL", str(folder))
    session = open_page("model_card")
    assert not session.exception
    assert "Restore the model folder." in session.warning[0].value
