import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from adcore.evaluation.card.baselines import baseline_chances
from adcore.statistics.cross_validation import calibrate_out_of_fold, calibrations, silent_branches
from tests.support.untrained import synthetic_cohort


def folds(seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, 200)
    return pd.DataFrame(
        {
            "subject": [f"S{number}" for number in range(200)],
            "fold": np.arange(200) % 5,
            "label": labels,
            "logit_all_fused": 6 * (labels - 0.5) + generator.normal(0, 6, 200),  # twice too confident
        }
    )


def test_a_folds_own_labels_do_not_touch_its_probabilities() -> None:
    table = folds()
    flipped = table.copy()
    flipped.loc[flipped["fold"] == 2, "label"] = 1 - flipped.loc[flipped["fold"] == 2, "label"]
    before, after = calibrate_out_of_fold(table), calibrate_out_of_fold(flipped)
    here = table["fold"] == 2
    np.testing.assert_array_equal(before.loc[here, "p_all_fused"], after.loc[here, "p_all_fused"])
    assert not np.allclose(before.loc[~here, "p_all_fused"], after.loc[~here, "p_all_fused"])


def test_calibration_shrinks_an_overconfident_network() -> None:
    calibration = calibrations(folds())["all_fused"]
    assert 0 < calibration.slope < 0.5
    estimate = calibration.estimate(4.0)
    assert estimate.low < estimate.probability < estimate.high


def test_a_logit_beyond_those_calibrated_on_is_taken_for_the_end_it_passed() -> None:
    table = folds()
    calibration = calibrations(table)["all_fused"]
    highest = calibration.estimate(float(table["logit_all_fused"].max()))
    assert calibration.estimate(1000.0) == replace(highest, at_edge=True)
    assert highest.probability < 1
    assert calibration.estimate(0.5).probability < highest.probability


def test_a_branch_that_ranks_participants_the_wrong_way_round_is_silent_and_the_others_are_not() -> None:
    table = folds()
    table["logit_images_vgg16"] = -table["logit_all_fused"]
    assert "images_vgg16" not in calibrations(table)
    assert "all_fused" in calibrations(table)
    silent = silent_branches(table)
    assert set(silent) == {"images_vgg16"}
    assert re.search(r"on 200 participants is -\d\.\d\d", silent["images_vgg16"])


def test_fewer_participants_leave_a_wider_interval() -> None:
    table = folds()
    wide, narrow = (calibrations(part)["all_fused"].estimate(1.0) for part in (table[:40], table))
    assert wide.high - wide.low > narrow.high - narrow.low


def test_baselines_never_see_the_participants_they_predict() -> None:
    cohort = synthetic_cohort(labelled=40, others=0)
    fold_of = {person: number // 2 % 4 for number, person in enumerate(cohort.table["person"])}
    before = baseline_chances(cohort, fold_of)["age, sex"]
    tested = np.arange(40) // 2 % 4 == 1
    cohort.table.loc[tested, "cdr"] = 0.5 - cohort.table.loc[tested, "cdr"]
    after = baseline_chances(cohort, fold_of)["age, sex"]
    np.testing.assert_allclose(before[tested], after[tested])
    assert not np.allclose(before[~tested], after[~tested])
    assert before.shape == (40,)
    assert (before > 0).all()
    assert (before < 1).all()


@pytest.mark.filterwarnings("error")
def test_a_baseline_neither_reads_nor_names_a_field_that_nobody_has() -> None:
    cohort = synthetic_cohort(labelled=40, others=0)
    fold_of = {person: number // 2 % 4 for number, person in enumerate(cohort.table["person"])}
    cohort.table[["education_years", "ses", "nwbv", "etiv_cm3"]] = np.nan
    known = cohort.table.index[:2]
    cohort.table["mmse"] = cohort.table["mmse"].where(cohort.table.index.isin(known))  # of nobody in some folds' training
    assert set(baseline_chances(cohort, fold_of)) == {"age, sex", "age, sex, MMSE"}
