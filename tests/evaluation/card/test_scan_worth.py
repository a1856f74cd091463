from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.scan_worth import FEWEST, MMSE_BANDS, THRESHOLDS, decision_curves, scan_worth
from adcore.model.card_schema import ScanWorth
from tests.support.scored import scored_folds
from tests.support.untrained import synthetic_cohort

pytestmark = pytest.mark.usefixtures("few_resamples")

PARTICIPANTS = 160


@pytest.fixture
def cohort() -> Cohort:
    """Everyone over 60 labelled; those of MMSE 24 and under all impaired, as in OASIS-1, and MMSE says little above."""
    made = synthetic_cohort(labelled=PARTICIPANTS, others=0, seed=1)
    table = made.table.assign(mmse=np.where(made.table["cdr"] > 0, made.table["mmse"], made.table["mmse"].clip(lower=25)))
    return Cohort(table, made.slices, made.t88_slices)


@pytest.fixture
def tables(cohort: Cohort) -> list[pd.DataFrame]:
    return [scored_folds(list(cohort.table["person"]), cohort.impaired, seed) for seed in range(2)]


@pytest.fixture
def rows(tables: list[pd.DataFrame], cohort: Cohort) -> dict[str, ScanWorth]:
    return {row.group: row for row in scan_worth(tables, cohort, seed=0)}


def test_the_bands_part_everyone_and_a_band_of_one_class_has_no_auc(rows: dict[str, ScanWorth]) -> None:
    bands = [row for name, row in rows.items() if name.startswith("MMSE") and "error" not in name and "known" not in name]
    assert len(bands) == len(MMSE_BANDS)
    assert sum(row.participants for row in bands) == rows["everyone"].participants == PARTICIPANTS
    lowest = rows["MMSE 24 and under"]
    assert lowest.impaired == lowest.participants
    assert lowest.auc == {}
    assert lowest.auc_difference is None
    assert lowest.brier_difference.low <= lowest.brier_difference.value <= lowest.brier_difference.high


def test_a_band_with_hardly_anybody_has_no_row(tables: list[pd.DataFrame], cohort: Cohort) -> None:
    mmse = np.where(cohort.impaired, 20.0, 29.0)
    mmse[: FEWEST - 1] = 27.0
    found = {row.group for row in scan_worth(tables, replace(cohort, table=cohort.table.assign(mmse=mmse)), seed=0)}
    assert {"everyone", "MMSE 24 and under", "MMSE 29 to 30"} <= found
    assert not {"MMSE 25 to 26", "MMSE 27 to 28"} & found


def test_a_scan_that_knows_something_adds_to_the_fields(rows: dict[str, ScanWorth]) -> None:
    everyone = rows["everyone"]
    assert everyone.auc["both"].value > everyone.auc["clinical"].value
    assert everyone.auc_difference is not None
    assert everyone.auc_difference.value == pytest.approx(everyone.auc["both"].value - everyone.auc["clinical"].value, abs=2e-4)
    assert everyone.brier_difference.value < 0


def test_staged_use_scans_those_whom_the_fields_leave_unsure(rows: dict[str, ScanWorth]) -> None:
    staged = next(row for name, row in rows.items() if name.startswith("staged"))
    unsure = rows["clinical fields leave 30 to 70%"]
    assert staged.scanned == pytest.approx(unsure.participants / PARTICIPANTS, abs=1e-3)
    assert 0 < staged.scanned < 1
    assert rows["everyone"].scanned == 1


def test_an_error_in_mmse_takes_from_the_fields(rows: dict[str, ScanWorth]) -> None:
    assert rows["MMSE with an error of 2 points"].auc["clinical"].value < rows["everyone"].auc["clinical"].value


def test_tables_or_cohorts_that_lack_something_give_no_row(tables: list[pd.DataFrame], cohort: Cohort) -> None:
    assert scan_worth([table.drop(columns="p_images_fused") for table in tables], cohort, 0) == []
    unknown = Cohort(cohort.table.assign(mmse=np.nan), cohort.slices, cohort.t88_slices)
    assert scan_worth(tables, unknown, 0) == []
    assert decision_curves(tables, unknown) == []


def test_acting_on_everybody_is_worth_what_arithmetic_says(tables: list[pd.DataFrame], cohort: Cohort) -> None:
    for curve in decision_curves(tables, cohort):
        expected = [curve.prevalence - (1 - curve.prevalence) * one / (1 - one) for one in THRESHOLDS]
        assert curve.net_benefit["everybody"] == pytest.approx(expected, abs=1e-4)
        assert all(len(values) == len(curve.thresholds) for values in curve.net_benefit.values())
        assert max(curve.net_benefit["the answer"]) <= curve.prevalence


def test_the_weighted_area_of_everyone_is_the_usual_one(tables: list[pd.DataFrame], cohort: Cohort) -> None:
    from sklearn.metrics import roc_auc_score

    found = scan_worth(tables, cohort, 0)[0]
    usual = np.mean([roc_auc_score(table["label"], table["p_images_fused"]) for table in tables])
    assert found.auc["scan"].value == pytest.approx(usual, abs=1e-4)
