from dataclasses import replace

import numpy as np
import pytest

from adcore.case.clinical import ClinicalRecord
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.structures import Side
from adcore.volumetry.cautions import cautions
from adcore.volumetry.scales import HORN, PLACES, WHOLE, Scale, global_atrophy, measure_scales, side_scales
from tests.support.fakes import fake_analysis, head_scan


def symmetric_head() -> PreparedScan:
    return fake_analysis(head_scan(), ClinicalRecord()).prepared


def test_index_and_grade_follow_a_shrinking_hippocampus_and_a_widening_horn() -> None:
    for volumes in ([(3.5 - 0.2 * step, 0.3) for step in range(10)], [(3.0, 0.2 * 1.5**step) for step in range(10)]):
        index, grade = zip(*(side_scales(Side.LEFT, *pair) for pair in volumes), strict=True)
        assert (np.diff([one.value for one in index]) < 0).all()
        assert (np.diff([one.value for one in grade]) >= 0).all()
        assert grade[-1].value > grade[0].value + 0.5


def test_the_grade_is_0_in_the_young_reaches_its_cut_off_where_few_of_65_lie_and_ends_at_its_top() -> None:
    for rule in (HORN, WHOLE):
        assert rule.of(rule.none - 1) == 0
        assert rule.of(rule.marked) == pytest.approx(rule.grade)
        assert rule.of(9) == rule.top


def test_a_value_lies_in_its_interval_and_the_index_is_the_hippocampus_share() -> None:
    index, grade = side_scales(Side.RIGHT, 3.0, 1.0)
    assert index.value == pytest.approx(0.75)
    for one in (index, grade, global_atrophy(300, 1500)):
        assert 0 <= one.low <= one.value <= one.high <= one.top


def test_what_was_not_found_has_a_grade_and_no_error() -> None:
    assert side_scales(Side.LEFT, 3.0, 0.0)[1].value == 0
    assert side_scales(Side.LEFT, 0.0, 2.0)[1].value == HORN.top
    assert global_atrophy(0, 0).value == WHOLE.top


def test_a_patient_has_every_scale_and_a_stripped_scan_no_global_one() -> None:
    prepared = symmetric_head()
    assert [(one.scale, one.side) for one in sorted(measure_scales(prepared), key=lambda one: one.scale)] == [
        (scale, side) for scale, side in sorted(PLACES, key=lambda place: place[0])
    ]
    stripped = measure_scales(replace(prepared, already_stripped=True))
    assert Scale.GLOBAL not in [one.scale for one in stripped]


def test_a_stripped_scan_is_cautioned_and_the_scanner_named() -> None:
    prepared = symmetric_head()
    (scanner,) = cautions(prepared)
    assert "Philips" in scanner
    assert "skull-stripped" in cautions(replace(prepared, already_stripped=True))[-1]
    thick = replace(prepared.scan, affine=prepared.scan.affine @ np.diag([1.0, 1.0, 4.0 / prepared.scan.spacing[2], 1.0]))
    assert "Slices of 4.0 mm" in cautions(replace(prepared, scan=thick))[-1]


def test_both_sides_of_a_symmetric_head_are_graded_alike() -> None:
    by_side = {(one.scale, one.side): one.value for one in measure_scales(symmetric_head())}
    for scale in (Scale.INDEX, Scale.MEDIAL_TEMPORAL):
        assert by_side[scale, Side.LEFT] == pytest.approx(by_side[scale, Side.RIGHT], rel=0.02)
