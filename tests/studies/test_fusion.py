from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from adcore.errors import ModelError
from adcore.statistics.metrics import area_under_curve
from adcore.statistics.names import WITH_SCAN
from adcore.studies.fusion import SUM, stored_repeats, sum_out_of_fold, with_sums
from adcore.training.release.seal import seal_model
from tests.support.untrained import write_untrained_model

LABELS = np.arange(80) % 2 == 1
FOLDS = np.empty(80, dtype=int)
for number, (_, tested) in enumerate(StratifiedKFold(4, shuffle=True, random_state=0).split(LABELS, LABELS)):
    FOLDS[tested] = number


def told(strength: float, seed: int) -> NDArray[np.float64]:
    return np.asarray(np.random.default_rng(seed).normal(0, 1, len(LABELS)) + strength * (2 * LABELS - 1))


def test_two_branches_that_err_apart_tell_more_together() -> None:
    first, second = told(0.8, 0), told(0.8, 1)
    together = sum_out_of_fold([first, second], LABELS, FOLDS, 3, 0)
    assert area_under_curve(LABELS, together) > max(area_under_curve(LABELS, one) for one in (first, second))


def test_no_participants_own_label_reaches_its_sum() -> None:
    branches = [told(0.8, 0), told(0.5, 1)]
    before = sum_out_of_fold(branches, LABELS, FOLDS, 3, 0)
    turned = np.where(FOLDS == 0, ~LABELS, LABELS)  # the test fold's labels alone
    assert np.array_equal(sum_out_of_fold(branches, turned, FOLDS, 3, 0)[FOLDS == 0], before[FOLDS == 0])


def repeats() -> pd.DataFrame:
    subjects = [f"S{number:03d}" for number in range(80)]
    tables = []
    for repeat in range(2):
        table = pd.DataFrame({"subject": subjects, "fold": FOLDS, "label": LABELS.astype(int), "repeat": repeat})
        for place, inputs in enumerate(WITH_SCAN):
            for number, branch in enumerate(("fused", "vgg16", "resnet50", "structures", "clinical")):
                if (inputs, branch) != ("images", "clinical"):
                    table[f"logit_{inputs}_{branch}"] = told(0.5, 10 * place + number)
        tables.append(table)
    return pd.concat(tables)


@pytest.mark.slow
def test_every_repeat_gets_the_sum_beside_what_is_stored() -> None:
    found = with_sums(repeats(), 3, 0)
    assert len(found) == 160
    for inputs in WITH_SCAN:
        for model in (SUM, "structures", "fused", "resnet50"):
            assert found[f"p_{inputs}_{model}"].between(0, 1).all()


def test_a_model_without_the_structures_branch_has_nothing_to_compare(tmp_path: Path) -> None:
    write_untrained_model(tmp_path)
    repeats().drop(columns=[f"logit_{inputs}_structures" for inputs in WITH_SCAN]).to_csv(tmp_path / "repeats.csv", index=False)
    repeats().query("repeat == 0").to_csv(tmp_path / "folds.csv", index=False)
    seal_model(tmp_path)
    with pytest.raises(ModelError, match="adcore study structures-branch"):
        stored_repeats(str(tmp_path))
