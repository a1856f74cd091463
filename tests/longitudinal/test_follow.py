import json
from collections.abc import Callable

import numpy as np
import pytest

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.scan import Scan
from adcore.cohorts.synthetic import make_head
from adcore.errors import CourseError
from adcore.longitudinal.course import Course
from adcore.longitudinal.follow import PlannedVisit, follow
from adcore.longitudinal.repeatability import Repeatability
from adcore.predict import Predictor
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from tests.support.builders import as_scan
from tests.support.untrained import untrained_card, untrained_network
from tests.support.visits import FIRST, Visits, made_up_repeatability

pytestmark = pytest.mark.slow


def planned(scan: Scan, months: float, mmse: float | None = None) -> PlannedVisit:
    return PlannedVisit(scan, months, ClinicalRecord(age_years=70 + months / 12, sex=Sex.FEMALE, mmse=mmse))


def noise() -> Scan:
    return as_scan(np.random.default_rng(0).normal(1, 0.1, (40, 42, 44)).astype(np.float32), np.diag([4.0, 4, 4, 1]))


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(untrained_card(), untrained_network())


@pytest.fixture(scope="module")
def steps() -> list[str]:
    return []


@pytest.fixture(scope="module")
def course(visits: Visits, predictor: Predictor, steps: list[str]) -> Course:
    """Of the visits' scans; their preparation is looked up, that of the noise is tried."""
    known = {scan.scan.sha256: scan for scan in (visits.first, visits.later)}

    def prepare(scan: Scan, on_step: Callable[[str], None]) -> PreparedScan:
        return known.get(scan.sha256) or prepare_scan(scan, on_step=on_step)

    given = [planned(visits.later.scan, 36, 25), planned(noise(), 12), planned(visits.first.scan, 0, 29)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.pipeline.prepare_scan", prepare)
        return follow(given, predictor, made_up_repeatability(), steps.append)


def test_visits_stand_in_the_order_of_time(course: Course) -> None:
    assert [visit.months for visit in course.visits] == [0, 36]
    assert course.years == (0, 3)
    assert [visit.analysis.record.mmse for visit in course.visits] == [29, 25]


def test_a_visit_that_is_not_fit_is_left_out_with_its_sentence(course: Course) -> None:
    assert [visit.months for visit in course.left_out] == [12]
    assert "no brain could be found" in course.left_out[0].reason


def test_atrophy_shows_as_a_rate_of_each_volume(course: Course) -> None:
    rates = {trend.measure: trend.rate for trend in course.volumes}
    assert all(rate is not None for rate in rates.values())
    assert rates["lateral ventricles"].percent > 10  # type: ignore[union-attr]
    assert rates["hippocampi"].percent < -2  # type: ignore[union-attr]
    assert rates["whole brain"].percent < 0  # type: ignore[union-attr]


def test_the_change_of_probability_is_held_against_rescans(course: Course) -> None:
    within = abs(course.log_odds_change) <= course.log_odds_limit
    assert course.log_odds_limit == pytest.approx(1.96 * 0.2)  # the larger of the two spreads
    assert course.log_odds_per_year == pytest.approx(course.log_odds_change / 3)
    assert ("within" if within else "beyond") in course.probability_sentence


def test_scans_of_one_subject_raise_no_warning_about_the_patient(course: Course) -> None:
    assert not any("one patient" in warning for warning in course.warnings)


def test_the_course_writes_itself_as_json(course: Course) -> None:
    content = json.loads(json.dumps(course.to_json(), allow_nan=False))
    assert content["disclaimer"].startswith("Research prototype")
    assert [visit["months"] for visit in content["visits"]] == [0, 36]
    assert {volume["measure"] for volume in content["volumes"]} == {"hippocampi", "lateral ventricles", "whole brain"}


def test_every_visits_stages_are_reported(course: Course, steps: list[str]) -> None:
    assert any(step.startswith("Visit 3 of 3: ") for step in steps)
    assert steps[-1] == "Registering the visits to each other"


def test_scans_less_similar_than_rescans_raise_a_warning_about_the_patient(
    course: Course, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [
        PlannedVisit(visit.analysis.prepared.scan, visit.months, visit.analysis.record, visit.analysis) for visit in course.visits
    ]
    strict = made_up_repeatability().model_copy(update={"similarity_same": 1.0, "similarity_other": 1.0})
    monkeypatch.setattr("adcore.longitudinal.follow.CommonSpace.of", lambda _: course.space)
    assert any("may not be scans of one patient" in warning for warning in follow(known, predictor, strict).warnings)


def test_two_visits_of_one_time_are_refused(predictor: Predictor, repeatability: Repeatability) -> None:
    with pytest.raises(CourseError, match="Two visits are at 3 months"):
        follow([planned(noise(), 3), planned(make_head(0.2, 58, FIRST), 3)], predictor, repeatability)


def test_one_scan_at_two_times_is_refused(predictor: Predictor, repeatability: Repeatability) -> None:
    with pytest.raises(CourseError, match="have the same scan"):
        follow([planned(noise(), 0), planned(noise(), 12)], predictor, repeatability)


def test_a_single_fit_visit_is_no_course(course: Course, predictor: Predictor, repeatability: Repeatability) -> None:
    known = course.visits[0].analysis
    given = [PlannedVisit(known.prepared.scan, 0, known.record, known), planned(noise(), 12)]
    with pytest.raises(CourseError, match=r"at least two visits.*no brain could be found"):
        follow(given, predictor, repeatability)
