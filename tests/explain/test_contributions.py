from dataclasses import replace

import numpy as np
import pytest

from adcore.answer.prediction import Branch
from adcore.case.clinical import ClinicalRecord
from adcore.explain.contributions import SCAN, Contribution, contributions
from adcore.model.calibration import log_odds
from adcore.networks.image_branch import VECTOR
from adcore.networks.late_fusion import ScanFeatures
from adcore.predict import Predictor
from tests.support.untrained import untrained_card, untrained_network

SLICES_MM = (-30.0, -26.0, -22.0)
FULL = ClinicalRecord.of(age_years=74, sex="F", education_years=12, ses=3, mmse=24)
RECORDS = [FULL, FULL.model_copy(update={"mmse": None}), ClinicalRecord.of(mmse=20), ClinicalRecord()]


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    """Every set of inputs has a calibration of its own, so that the sums below depend on the right one being taken."""
    card = untrained_card()
    slopes = {
        name: replace(one, slope=1 + place / 10, intercept=place / 20)
        for place, (name, one) in enumerate(card.calibrations.items())
    }
    return Predictor(card.model_copy(update={"calibrations": slopes}), untrained_network())


@pytest.fixture(scope="module")
def features(predictor: Predictor) -> ScanFeatures:
    slices = np.random.default_rng(0).uniform(0, 1.2, (3, 112, 112)).astype(np.float32)
    return predictor.read_slices(slices, SLICES_MM).features


def total(parts: tuple[Contribution, ...]) -> float:
    return sum(part.log_odds for part in parts)


@pytest.mark.parametrize("record", RECORDS)
def test_with_the_base_they_add_up_to_the_answers_log_odds(
    predictor: Predictor, features: ScanFeatures, record: ClinicalRecord
) -> None:
    found = contributions(features, record, predictor)
    (answer,) = predictor.answers(features, [record])
    assert found is not None
    assert found.base == pytest.approx(0.4)
    assert log_odds(found.base) + total(found.parts) == pytest.approx(answer.fused.log_odds, abs=1e-6)
    assert log_odds(found.base) + total(found.fused) == pytest.approx(answer.fused.log_odds, abs=1e-6)
    assert found.steps[-1] == pytest.approx(answer.fused.probability, abs=1e-6)
    clinical = answer.branches[Branch.CLINICAL]
    if clinical is not None:
        assert log_odds(found.base) + total(found.clinical) == pytest.approx(clinical.log_odds, abs=1e-5)


def test_the_scans_parts_make_up_the_scan_and_the_fields_the_clinical_part(predictor: Predictor, features: ScanFeatures) -> None:
    found = contributions(features, FULL, predictor)
    assert found is not None
    *scan, clinical = found.parts
    assert [part.of for part in scan] == [Branch.VGG16, Branch.RESNET50, Branch.STRUCTURES]
    assert clinical.of == Branch.CLINICAL
    assert total(tuple(scan)) == pytest.approx(found.fused[0].log_odds, abs=1e-6)
    assert clinical.log_odds == pytest.approx(total(found.fused[1:]), abs=1e-6)


def test_a_part_that_the_fusion_does_not_read_adds_the_same_whatever_it_says(features: ScanFeatures) -> None:
    deaf = untrained_network(seed=3)
    for member in deaf.members:
        member.fusion.layers[1].weight[:, :VECTOR] = 0  # the columns of VGG16's vector
    predictor = Predictor(untrained_card(), deaf)
    other = replace(features, means=features.means | {Branch.VGG16: features.means[Branch.VGG16] + 1})
    assert contributions(features, FULL, predictor) == contributions(other, FULL, predictor)


@pytest.mark.parametrize("record", RECORDS)
def test_unknown_fields_take_no_part(predictor: Predictor, features: ScanFeatures, record: ClinicalRecord) -> None:
    found = contributions(features, record, predictor)
    assert found is not None
    known = [name for name in ("age_years", "sex", "education_years", "ses", "mmse") if name not in record.unknown]
    assert [part.of for part in found.fused] == [SCAN, *known]
    assert [part.of for part in found.clinical] == known


def test_of_two_players_each_gets_the_mean_of_joining_first_and_last(predictor: Predictor, features: ScanFeatures) -> None:
    record = ClinicalRecord.of(mmse=20)
    found = contributions(features, record, predictor)
    (scan,), (field,), (both,) = (
        [answer.fused.log_odds for answer in predictor.answers(part, [fields])]
        for part, fields in ((features, ClinicalRecord()), (None, record), (features, record))
    )
    assert found is not None
    assert found.fused[0].log_odds == pytest.approx(((scan - log_odds(0.4)) + (both - field)) / 2, abs=1e-5)
    assert found.fused[1].log_odds == pytest.approx(((field - log_odds(0.4)) + (both - scan)) / 2, abs=1e-5)


def test_a_field_that_the_network_does_not_read_contributes_the_same_whatever_its_value(features: ScanFeatures) -> None:
    deaf = untrained_network(seed=3)
    for member in deaf.members:
        member.clinical.body[0].weight[:, [2, 7]] = 0  # columns: values, then what is known; education is the third field
    predictor = Predictor(untrained_card(), deaf)
    much, little = (
        contributions(features, ClinicalRecord.of(age_years=74, education_years=years), predictor) for years in (20, 8)
    )
    assert much == little
    for member in deaf.members:
        member.clinical.body[0].weight[:, 2] = 1
    assert contributions(features, ClinicalRecord.of(age_years=74, education_years=20), predictor) != much


def test_without_a_scan_the_fields_share_the_whole_answer(predictor: Predictor) -> None:
    found = contributions(None, FULL, predictor)
    assert found is not None
    assert SCAN not in {part.of for part in found.fused}
    assert found.fused == found.clinical  # this card calibrates no fusion without a scan, so the clinical branch answers


def test_a_card_without_a_share_of_impaired_gives_no_base(predictor: Predictor, features: ScanFeatures) -> None:
    silent = Predictor(untrained_card().model_copy(update={"data": {}}), predictor.network)
    assert contributions(features, FULL, silent) is None
