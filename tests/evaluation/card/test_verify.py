import shutil
from pathlib import Path

import pandas as pd
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.errors import ModelError
from adcore.evaluation.card.verify import Verdict, check_card
from adcore.model.card import FOLDS_FILE, ModelCard
from adcore.model.card_schema import MetricInterval
from adcore.model.seal import reseal_tables
from tests.support.scored import write_scored_model
from tests.support.untrained import synthetic_cohort, untrained_card

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return synthetic_cohort(labelled=40, others=4)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory, cohort: Cohort) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.statistics.intervals.RESAMPLES", 60)  # as few_resamples
        write_scored_model(folder, cohort)
    _drop_pretend_calibrations(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, scored: Path) -> Path:
    """A copy of its own, which a test may embellish."""
    return Path(shutil.copytree(scored, tmp_path / "model"))


def _drop_pretend_calibrations(folder: Path) -> None:
    """Leave the calibrations that the predictions gave."""
    card = ModelCard.read(folder)
    pretended = untrained_card().calibrations
    card.model_copy(
        update={"calibrations": {name: one for name, one in card.calibrations.items() if one != pretended.get(name)}}
    ).write(folder)


def verdicts(folder: Path, cohort: Cohort | None = None) -> dict[str, Verdict]:
    return {finding.section: finding.verdict for finding in check_card(folder, cohort)}


@pytest.mark.slow
def test_a_card_agrees_with_the_predictions_it_was_made_from(folder: Path, cohort: Cohort) -> None:
    assert set(verdicts(folder, cohort).values()) == {Verdict.AGREES}


def test_without_the_cohort_what_needs_participants_is_not_checked_and_the_rest_is(folder: Path) -> None:
    found = verdicts(folder)
    assert {name for name, verdict in found.items() if verdict is Verdict.UNCHECKED} == {
        "data",
        "age_years",
        "baselines",
        "subgroups",
        "field_values",
        "scan_worth",
        "decision_curves",
        "regressions",
    }
    assert Verdict.DIFFERS not in found.values()


def test_an_embellished_figure_is_found(folder: Path) -> None:
    card = ModelCard.read(folder)
    polished = card.metrics["all"]["fused"] | {"auc": MetricInterval(value=0.99, low=0.98, high=1.0)}
    metrics = card.metrics | {"all": card.metrics["all"] | {"fused": polished}}
    card.model_copy(update={"metrics": metrics}).write(folder)
    (finding,) = [finding for finding in check_card(folder) if finding.verdict is Verdict.DIFFERS]
    assert finding.section == "metrics"
    assert "all.fused.auc" in finding.detail


@pytest.mark.slow
def test_predictions_that_were_moved_between_folds_are_found(folder: Path) -> None:
    folds = pd.read_csv(folder / FOLDS_FILE)
    folds["fold"] = folds["fold"].to_numpy()[::-1]
    folds.to_csv(folder / FOLDS_FILE, index=False)
    reseal_tables(folder)
    found = verdicts(folder)
    assert found["probabilities"] is found["splits"] is Verdict.DIFFERS


@pytest.mark.slow
def test_altered_weights_are_found(folder: Path) -> None:
    path = folder / "fusion.safetensors"
    path.write_bytes(path.read_bytes() + b"\0")
    assert verdicts(folder)["weights"] is Verdict.DIFFERS


@pytest.mark.slow
def test_a_cohort_of_other_participants_leaves_their_sections_unchecked(folder: Path) -> None:
    strangers = synthetic_cohort(labelled=12, others=0)
    strangers.table["person"] = [f"X{number}" for number in range(12)]
    assert verdicts(folder, strangers)["subgroups"] is Verdict.UNCHECKED


def test_a_model_without_stored_predictions_is_a_sentence(folder: Path) -> None:
    (folder / FOLDS_FILE).unlink()
    with pytest.raises(ModelError, match="stored predictions"):
        check_card(folder)
