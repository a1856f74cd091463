"""Training on a handful of people: what is inverted is silent, and what cannot be learned is a sentence."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.case.clinical import ClinicalRecord
from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.evaluation.card.figures import figures_of_folds
from adcore.evaluation.cohort.evaluate import evaluate_cohort
from adcore.explain import contributions
from adcore.model.card import FOLDS_FILE
from adcore.model.seal import reseal_tables
from adcore.predict import load_predictor
from adcore.statistics.cross_validation import calibrate_out_of_fold
from adcore.statistics.names import WITH_SCAN
from adcore.training.config import TrainConfig
from adcore.training.cross_validate import FoldConfig
from adcore.training.fuse import FuseConfig
from adcore.training.heads import HeadConfig
from adcore.training.run import refuse_silence, train_model
from tests.support.untrained import TINY_SLICES, synthetic_cohort, write_untrained_model

PEOPLE = 11
QUICK = TrainConfig(fold=FoldConfig(head=HeadConfig(attention_steps=2), fuse=FuseConfig(epochs=20, batch=6)), repeats=1)


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.training.control_runs.SHUFFLES", 2)
        patch.setattr("adcore.statistics.intervals.RESAMPLES", 60)
        yield


def folds_of(**ranking: float) -> pd.DataFrame:
    """Eleven participants with logits that agree with the label as far as `ranking` says, by column; below 0 inverted."""
    labels = np.arange(PEOPLE) % 2
    noise = np.random.default_rng(0).normal(0, 1, PEOPLE)
    table = pd.DataFrame({"subject": [f"S{number}" for number in range(PEOPLE)], "fold": np.arange(PEOPLE) % 3, "label": labels})
    logits = {f"logit_{name}": strength * (labels - 0.5) + noise for name, strength in ranking.items()}
    return calibrate_out_of_fold(table.assign(**logits))


def test_an_inverted_branch_of_a_small_training_is_silent_and_has_no_limits() -> None:
    folds = folds_of(images_fused=-4.0, images_vgg16=-4.0, all_fused=4.0)
    found = figures_of_folds(folds, None, 0.5, seed=0)
    assert set(found["calibrations"]) == {"all_fused"}
    assert set(found["conformal"]) == {"all"}
    assert set(found["silent"]) == {"images_fused", "images_vgg16"}
    assert set(found["metrics"]["images"]) == {"fused", "vgg16"}  # how bad it was stays on the card


def test_a_fusion_that_learned_nothing_at_all_is_refused_in_a_sentence() -> None:
    refuse_silence(folds_of(images_fused=-4.0, no_mmse_fused=-4.0, all_fused=4.0))
    with pytest.raises(CohortError, match="learned nothing that holds for other participants, so no model is written"):
        refuse_silence(folds_of(**{f"{inputs}_fused": -4.0 for inputs in WITH_SCAN}))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model to take the convolutions from."""
    folder = write_untrained_model(tmp_path_factory.mktemp("start") / "model")
    pd.DataFrame({"subject": ["Z"], "fold": [0], "label": [0]}).to_csv(folder / FOLDS_FILE, index=False)
    reseal_tables(folder)
    return folder


def train(cohort: Cohort, start: Path, folder: Path) -> Path:
    train_model(folder / "model", cohort, TINY_SLICES, QUICK, folder / "runs", name="few", start=f"{start}/")
    return folder / "model"


@pytest.mark.slow
def test_eleven_people_of_whom_only_mmse_tells_give_a_model_with_silent_branches(start: Path, tmp_path: Path) -> None:
    cohort = synthetic_cohort(labelled=PEOPLE, others=0)
    cohort.table["mmse"] = np.where(cohort.impaired, 18.0, 29.0)
    predictor = load_predictor(train(cohort, start, tmp_path))
    card = predictor.card
    assert all(calibration.slope > 0 for calibration in card.calibrations.values())
    assert {"all_fused", "all_clinical"} <= set(card.calibrations)
    assert any(name.startswith("images_") for name in card.silent)
    columns = pd.read_csv(tmp_path / "model" / "folds.csv").columns
    assert {f"logit_{name}" for name in (*card.calibrations, *card.silent)} == {
        name for name in columns if name.startswith("logit_")
    }
    reading = predictor.read_slices(cohort.slices[0], cohort.y_mm)
    chances = [predictor.predict(reading, cohort.record(row)).fused.probability for row in range(PEOPLE)]
    assert min(np.array(chances)[cohort.impaired]) > max(np.array(chances)[~cohort.impaired])


@pytest.mark.slow
def test_a_column_of_the_cohorts_own_table_is_read_declared_and_explained(start: Path, tmp_path: Path) -> None:
    cohort = synthetic_cohort(labelled=2 * PEOPLE, others=0)
    cohort.table["ptau"] = np.where(cohort.impaired, 1.6, 0.4) + np.linspace(0, 0.1, 2 * PEOPLE)
    cohort.table["ptau"] = cohort.table["ptau"].map("{:.3f}".format).mask(cohort.table.index == 3, "n/a")
    model = train(cohort.with_measures(["ptau"]), start, tmp_path)
    predictor = load_predictor(model)
    (measure,) = predictor.card.measures
    assert (measure.name, measure.known) == ("ptau", 2 * PEOPLE - 1)
    assert "also reads ptau" in predictor.card.method["measures"]
    low, high = (ClinicalRecord.of(age_years=75, measures={"ptau": value}) for value in (0.45, 1.65))
    assert predictor.predict(None, high).fused.probability > predictor.predict(None, low).fused.probability + 0.2
    shares = contributions(None, high, predictor)
    assert shares is not None
    assert max(shares.fused, key=lambda one: one.log_odds).of == "ptau"
    assert np.isclose(shares.steps[-1], predictor.predict(None, high).fused.probability)
    again = evaluate_cohort(model, predictor, cohort.for_model(predictor.card.measures), tmp_path / "evaluation")
    chance = again.participants["probability"].to_numpy()
    assert chance[cohort.impaired].mean() > chance[~cohort.impaired].mean() + 0.2


@pytest.mark.slow
@pytest.mark.parametrize("impaired", [0, 1, 4])
def test_too_few_people_of_a_class_are_a_sentence_before_anything_is_computed(impaired: int, start: Path, tmp_path: Path) -> None:
    cohort = synthetic_cohort(labelled=PEOPLE, others=0)
    cohort.table["cdr"] = np.where(np.arange(PEOPLE) < impaired, 0.5, 0.0)
    with pytest.raises(CohortError, match=f"got {impaired} and {PEOPLE - impaired}"):
        train(cohort, start, tmp_path)
    assert not list(tmp_path.iterdir())
