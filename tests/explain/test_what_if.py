from functools import cache

import numpy as np
import pytest

from adcore.analysis.document import CurveSection
from adcore.case.clinical import FIELDS, ClinicalRecord, Sex
from adcore.explain.what_if import what_if
from adcore.explain.what_if_wording import summary
from adcore.model.card_schema import ConformalLimits
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures
from adcore.predict import Predictor
from tests.support.untrained import untrained_card, untrained_network

SLICES_MM = (-30.0, -26.0, -22.0)
RECORD = ClinicalRecord.of(age_years=74, sex="F")
LIMITS = ConformalLimits(stated=0.9, impaired_from=0.3, unimpaired_to=0.7, impaired_participants=80, unimpaired_participants=78)


@cache
def network() -> LateFusionNetwork:
    return untrained_network()


def predictor_of(**changes: object) -> Predictor:
    return Predictor(untrained_card().model_copy(update=changes), network())


@pytest.fixture(scope="module")
def features() -> ScanFeatures:
    slices = np.random.default_rng(0).uniform(0, 1.2, (3, 112, 112)).astype(np.float32)
    return predictor_of().read_slices(slices, SLICES_MM).features


@pytest.mark.parametrize("scan", [True, False])
def test_each_value_gets_the_answer_that_it_would_get_if_it_were_entered(features: ScanFeatures, scan: bool) -> None:
    predictor, seen = predictor_of(), features if scan else None
    found = what_if(seen, RECORD, predictor)
    assert [curve.field for curve in found.curves] == [spec.name for spec in FIELDS]
    for curve in found.curves:
        (last,) = predictor.answers(seen, [RECORD.model_copy(update={curve.field: curve.values[-1]})])
        assert curve.estimates[-1].probability == pytest.approx(last.fused.probability, abs=1e-6)
        assert curve.categories[-1] is last.category


def test_every_value_tried_is_one_that_a_record_takes(features: ScanFeatures) -> None:
    for curve in what_if(features, RECORD, predictor_of()).curves:
        assert [getattr(ClinicalRecord.of(**{curve.field: value}), curve.field) for value in curve.values] == list(curve.values)


def test_participants_of_the_training_weigh_the_values(features: ScanFeatures) -> None:
    counted = predictor_of(field_values={"mmse": {"14": 1, "15": 2, "30": 1}})
    alike, weighed = (
        next(curve for curve in what_if(features, RECORD, predictor).curves if curve.field == "mmse")
        for predictor in (predictor_of(), counted)
    )
    assert not alike.counted
    assert alike.shares == pytest.approx([1 / 16] * 16)
    assert weighed.counted
    assert (weighed.shares[0], weighed.shares[-1], sum(weighed.shares[1:-1])) == pytest.approx((0.75, 0.25, 0))
    now = what_if(features, RECORD, counted).present.probability
    ends = (weighed.estimates[0].probability, weighed.estimates[-1].probability)
    assert weighed.change == pytest.approx(0.75 * abs(ends[0] - now) + 0.25 * abs(ends[1] - now))


def test_the_unknown_field_that_moves_most_on_average_is_named(features: ScanFeatures) -> None:
    found = what_if(features, RECORD, predictor_of())
    assert found.most_informative is not None
    assert found.most_informative.known is None
    assert found.most_informative.change == max(curve.change for curve in found.curves if curve.known is None)


def test_a_field_that_is_known_is_not_missing_but_can_be_tried(features: ScanFeatures) -> None:
    full = ClinicalRecord.of(age_years=74, sex="M", education_years=12, ses=3, mmse=24)
    found = what_if(features, full, predictor_of())
    assert found.most_informative is None
    assert "Every clinical field is known" in summary(found)
    mmse = found.curves[-1]
    assert mmse.known == 24
    assert mmse.estimates[mmse.values.index(24)].probability == pytest.approx(found.present.probability, abs=1e-6)


def test_the_limits_are_those_that_apply_once_the_field_is_known(features: ScanFeatures) -> None:
    predictor = predictor_of(conformal={"all": LIMITS})
    limits = {curve.field: curve.limits for curve in what_if(features, RECORD, predictor).curves}
    assert limits["mmse"] == LIMITS
    assert limits["education_years"] is None


def test_runs_of_one_category_cover_all_values_in_order(features: ScanFeatures) -> None:
    for curve in what_if(features, RECORD, predictor_of()).curves:
        assert (curve.runs[0][0], curve.runs[-1][1]) == (curve.values[0], curve.values[-1])
        assert all(one[2] is not other[2] for one, other in zip(curve.runs, curve.runs[1:], strict=False))


def test_an_unknown_age_can_turn_an_inconclusive_answer(features: ScanFeatures) -> None:
    """Without an age there is no verbal answer, so any age that brings one turns the category."""
    unsure = predictor_of(threshold=0.01)
    found = what_if(features, ClinicalRecord.of(sex="F"), unsure)
    age = found.curves[0]
    assert age.turns == pytest.approx(1)
    assert {category.value for category in age.categories} == {"likely impaired"}


def test_the_sentence_says_how_far_and_at_which_values(features: ScanFeatures) -> None:
    sentence = summary(what_if(features, RECORD, predictor_of(field_values={"mmse": {"30": 5}})))
    assert "would be the most informative" in sentence
    assert "points" in sentence
    assert "would" in sentence


def test_columns_of_the_json_belong_together(features: ScanFeatures) -> None:
    for curve in what_if(features, RECORD, predictor_of()).curves:
        written = CurveSection.of(curve).model_dump(mode="json")
        assert {len(written[name]) for name in ("values", "probability", "low", "high", "category")} == {len(curve.values)}
    assert written["share_of_participants"] is None
    assert Sex.FEMALE in what_if(features, RECORD, predictor_of()).curves[1].values
