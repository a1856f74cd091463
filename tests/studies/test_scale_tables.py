"""The tables say what the volumes say: which courses fall, which scans move, and how far rescans of slices lie apart."""

import numpy as np
import pandas as pd
import pytest
from nibabel.affines import apply_affine

from adcore.cohorts.synthetic.planted import Planted
from adcore.predict import Predictor
from adcore.studies.scale_tables import (
    log_ratio_errors,
    planted_table,
    rescan_grades,
    rescan_line,
    slice_ratios,
    unchanged_table,
    with_scales,
)
from adcore.studies.scales import COLUMNS, DEGREES, MIRRORED, PLAIN, RESCANS, THICK, UNCHANGED, changed, mirrored
from tests.studies.test_rescans import twice
from tests.support.builders import as_scan, head
from tests.support.untrained import TINY_SLICES, synthetic_cohort, untrained_card, untrained_network


def rows(falling: float = 0.0, thick_horn: float = 1.0) -> pd.DataFrame:
    """One head whose left horn is half as large again as the right, scanned in every way and planted at every degree."""
    table = []
    for condition in UNCHANGED:
        left, right = (0.2, 0.3) if condition == MIRRORED else (0.3, 0.2)
        horns = [horn * (thick_horn if condition == THICK else 1.0) for horn in (left, right)]
        table.append(["A", condition, 0.0, "", 3.0, 3.0, *horns, 180.0, 1500.0])
    for number, degree in enumerate(DEGREES):
        widened = 1 + degree - (falling if number == len(DEGREES) - 1 else 0)
        table.append(["A", Planted.MEDIAL_TEMPORAL.value, degree, "", 3.0, 3.0, 0.5 * widened, 0.5 * widened, 180.0, 1500.0])
    return pd.DataFrame(table, columns=COLUMNS)


def test_a_course_that_falls_is_counted() -> None:
    steady, falling = (planted_table(with_scales(rows(fall))).iloc[0] for fall in (0.0, 0.9))
    assert (steady["never falls"], steady["largest fall"]) == ("2 of 2", "0.00")
    assert falling["never falls"] == "0 of 2"
    assert float(falling["largest fall"]) > 0.1


def test_a_mirrored_head_is_compared_with_its_other_side_and_thick_slices_with_the_same() -> None:
    table = unchanged_table(with_scales(rows(thick_horn=2.0))).set_index("the same head")
    assert table.loc[MIRRORED, "medial temporal: within a quarter"] == "2 of 2"
    assert table.loc[MIRRORED, "index"] == "0.0%"
    assert table.loc[THICK, "medial temporal: within a quarter"] == "0 of 2"
    assert list(table.index)[-1] == "two simulated rescans"


def test_the_error_is_the_spread_within_a_head() -> None:
    assert log_ratio_errors(rows())[0] == pytest.approx(0, abs=1e-9)
    horn, whole = log_ratio_errors(rows(thick_horn=np.e))
    assert horn == pytest.approx(np.std([0, 0, 0, 0, 0, 1], ddof=1))
    assert whole == 0


def test_mirroring_exchanges_left_and_right_about_the_middle() -> None:
    made = head((6.0, 6.0, 6.0), noise=0.0)
    scan = as_scan(made.voxels, made.affine)
    middle = apply_affine(scan.affine, (np.array(scan.voxels.shape) - 1) / 2)
    first = apply_affine(mirrored(scan).affine, [0, 0, 0]) - middle
    assert first == pytest.approx((apply_affine(scan.affine, [0, 0, 0]) - middle) * [-1, 1, 1])
    assert mirrored(mirrored(scan)).affine == pytest.approx(scan.affine)
    assert changed(scan, PLAIN, 0).voxels is not None
    assert not np.allclose(changed(scan, RESCANS[0], 0).affine, changed(scan, RESCANS[1], 0).affine)


def test_the_same_slices_twice_have_the_same_grade_and_mirrored_ones_exchange_their_halves() -> None:
    predictor = Predictor(untrained_card(TINY_SLICES), untrained_network())
    cohort = twice(synthetic_cohort())
    cohort.table["age_years"] = np.where(np.arange(len(cohort)) % 2, 30.0, 65.0)
    cohort.table["cdr"] = 0.0
    found = rescan_grades(cohort, predictor)
    assert found.shape == (6, 2)
    assert np.abs(found).max() < 1e-6
    assert rescan_line(found).startswith("6 participants scanned twice, both sides: 12 of 12 grades within half a grade")
    one = cohort.rows(np.array([0]))
    other = type(one)(one.table, np.ascontiguousarray(one.slices[..., ::-1]), one.t88_slices)
    assert slice_ratios(other, predictor)[0] == pytest.approx(slice_ratios(one, predictor)[0][::-1], abs=1e-4)
