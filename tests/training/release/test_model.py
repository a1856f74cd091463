from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.errors import LeakageError
from adcore.evaluation.card.verify import Verdict, check_card
from adcore.model.card import PRETRAINING_FILE, REPEATS_FILE
from adcore.training.control_runs import ControlRuns
from adcore.training.labels import TrainedModel
from adcore.training.release.card_text import OASIS1_TEXT
from adcore.training.release.model import FinishedTraining, cam_scale, write_model
from tests.support.scored import scored_folds, splits_of
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_network

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return synthetic_cohort(labelled=24, others=3)


def trained_on(cohort: Cohort, count: int) -> TrainedModel:
    """An untrained network with made-up logits of some repeats of a cross-validation."""
    labelled = cohort.labelled()
    tables = [scored_folds(list(labelled.table["person"]), labelled.impaired, seed).assign(repeat=seed) for seed in range(count)]
    logits = [table[[name for name in table.columns if not str(name).startswith("p_")]] for table in tables]
    sides = [
        [{side: list(getattr(one, side)) for side in ("fit", "stop", "test")} for one in splits_of(table)] for table in tables
    ]
    nothing = np.zeros(0)
    control_runs = ControlRuns(nothing > 0, nothing, nothing > 0, nothing, nothing, nothing)
    return TrainedModel(untrained_network(), pd.concat(logits), sides, control_runs)


def release(folder: Path, cohort: Cohort, trained: TrainedModel, **more: Any) -> None:
    write_model(folder, FinishedTraining(trained, cohort, TINY_SLICES, OASIS1_TEXT, {}, {}, seed=1, **more))


@pytest.mark.slow
def test_every_section_of_a_new_card_can_be_computed_again(cohort: Cohort, tmp_path: Path) -> None:
    release(tmp_path, cohort, trained_on(cohort, 3))
    assert {finding.verdict for finding in check_card(tmp_path, cohort)} == {Verdict.AGREES}
    assert len(pd.read_csv(tmp_path / REPEATS_FILE)) == 3 * 24
    assert list(pd.read_csv(tmp_path / PRETRAINING_FILE)["subject"]) == sorted(cohort.unlabelled().table["person"])


def test_a_leak_in_any_repeat_stops_the_release_before_anything_is_written(cohort: Cohort, tmp_path: Path) -> None:
    trained = trained_on(cohort, 3)
    leaking = trained.fold_participants[2][1]
    leaking["fit"].append(leaking["test"][0])
    with pytest.raises(LeakageError, match="fold 1 of repeat 2"):
        release(tmp_path / "model", cohort, trained)
    assert not (tmp_path / "model").exists()


def test_a_pretraining_on_someone_tested_under_another_name_stops_it(cohort: Cohort, tmp_path: Path) -> None:
    links = [("OTHER_0001_MR1", "S003_1")]
    with pytest.raises(LeakageError, match="pretrained on and tested"):
        release(tmp_path / "model", cohort, trained_on(cohort, 1), pretraining=["OTHER_0001_MR1"], links=links)


def test_every_branch_has_a_colour_scale() -> None:
    assert cam_scale(np.array([-9, -1, 2, 2], np.float32)) == pytest.approx(2)
    assert cam_scale(np.array([-4, -4], np.float32)) == pytest.approx(4)
    assert cam_scale(np.zeros(3, np.float32)) == 1
    assert cam_scale(np.full(3, 1e-9, np.float32)) == pytest.approx(1e-9)
