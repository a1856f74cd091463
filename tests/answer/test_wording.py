from dataclasses import replace

import numpy as np
import pytest

from adcore.answer.abstention import abstention_reasons
from adcore.answer.prediction import COMPARED
from adcore.answer.wording import agreement, what_would_help, word_range
from adcore.case.clinical import ClinicalRecord
from adcore.case.reason import AbstentionCode, Reason
from adcore.model.calibration import Estimate
from adcore.model.card import ModelCard
from adcore.model.card_schema import ConformalLimits, MetricInterval
from adcore.predict import Category, Prediction
from adcore.prepare.checks.sharpness import check_spacing
from tests.support.untrained import untrained_card

RECORD = ClinicalRecord.of(age_years=74, sex="F", education_years=12, ses=3, mmse=26)
FINE = (check_spacing(np.array([1.0, 1.0, 1.2])),)
BEST = "A later scan of the same patient"


def card(impaired_from: float = 0.24, unimpaired_to: float = 0.64) -> ModelCard:
    limits = ConformalLimits(
        stated=0.9, impaired_from=impaired_from, unimpaired_to=unimpaired_to, impaired_participants=80, unimpaired_participants=78
    )
    auc = {inputs: MetricInterval(value=value, low=0.5, high=1) for inputs, value in (("no_mmse", 0.71), ("all", 0.83))}
    metrics = {inputs: {"fused": {"auc": value}, "clinical": {"auc": value}} for inputs, value in auc.items()}
    return untrained_card().model_copy(update={"conformal": {"all": limits}, "metrics": metrics})


def prediction(vgg16: float, resnet50: float, clinical: float | None, category: Category = Category.INCONCLUSIVE) -> Prediction:
    branches = {
        branch: None if chance is None else Estimate(chance, max(0, chance - 0.05), min(1, chance + 0.05))
        for branch, chance in zip(COMPARED, (vgg16, resnet50, clinical), strict=True)
    }
    return Prediction(
        fused=Estimate(0.5, 0.4, 0.6),
        branches=branches,
        without_mmse=None,
        category=category,
        reasons=(),
        threshold=0.5,
        attention={},
        model_name="untrained 0",
        weights_sha256="0",
    )


@pytest.mark.parametrize(("impaired_from", "unimpaired_to"), [(0.24, 0.64), (0.6, 0.4), (0.3, 0.4), (0.6, 0.7), (0.5, 0.5)])
def test_a_word_covers_exactly_the_probabilities_that_get_it(impaired_from: float, unimpaired_to: float) -> None:
    model = card(impaired_from, unimpaired_to)
    for probability in np.linspace(0.005, 0.995, 100):
        fused = Estimate(float(probability), 0.0, 1.0)
        abstained = bool(abstention_reasons(model, "all", fused, RECORD))
        called = Category.IMPAIRED if probability >= model.threshold else Category.UNIMPAIRED
        word = Category.INCONCLUSIVE if abstained else called
        inside = {
            category
            for category in Category
            if (span := word_range(category, model, "all")) and span.low <= probability <= span.high
        }
        assert word in inside, probability


def test_without_limits_for_these_inputs_no_range_is_claimed() -> None:
    assert word_range(Category.IMPAIRED, card(), "images") is None


def test_agreement_counts_the_sides_and_the_gap() -> None:
    assert agreement(prediction(0.58, 0.72, 0.9)) == (
        "The three branches agree: all lie above the threshold of 50%, at most 32 points apart "
        "(VGG16 58%, ResNet50 72%, Clinical fields 90%)."
    )
    assert "agree: all lie below" in agreement(prediction(0.1, 0.2, None))
    assert agreement(prediction(0.58, 0.72, 0.1)).startswith("The branches disagree: 2 of 3 lie above")
    assert "2 of 3 branches lie above the threshold of 50%, up to 32 points apart, which does not count" in agreement(
        prediction(0.58, 0.72, 0.4)
    )


def test_a_clear_answer_needs_no_help() -> None:
    assert what_would_help(card(), prediction(0.8, 0.9, 0.9, Category.IMPAIRED), RECORD, FINE) == ()


def test_an_unknown_mmse_is_named_with_what_it_was_worth_out_of_fold() -> None:
    said = what_would_help(card(), prediction(0.5, 0.5, 0.5), RECORD.model_copy(update={"mmse": None}), FINE)
    assert "0.83 with one, 0.71 without" in said[0]
    assert BEST in said[-1]
    assert not any("MMSE" in sentence for sentence in what_would_help(card(), prediction(0.5, 0.5, 0.5), RECORD, FINE))


def test_unknown_fields_are_named() -> None:
    (fields, _) = what_would_help(card(), prediction(0.5, 0.5, 0.5), RECORD.model_copy(update={"ses": None}), FINE)
    assert "socio-economic status" in fields


def test_a_scan_that_passes_narrowly_could_be_better() -> None:
    thick = (check_spacing(np.array([1.0, 1.0, 4.0])),)
    assert thick[0].passed
    assert any(
        "slice spacing 4 of at most" in sentence for sentence in what_would_help(card(), prediction(0.5, 0.5, 0.5), RECORD, thick)
    )


def test_an_age_outside_training_cannot_be_helped() -> None:
    (only,) = what_would_help(card(), prediction(0.5, 0.5, 0.5), RECORD.model_copy(update={"age_years": 40.0}), FINE)
    assert "stays inconclusive" in only


def test_no_help_is_a_treatment() -> None:
    worst = replace(prediction(0.9, 0.8, 0.1), reasons=(Reason(AbstentionCode.AGE_UNKNOWN, "x"),))
    said = " ".join(what_would_help(card(), worst, ClinicalRecord(), (check_spacing(np.array([1.0, 1.0, 5.4])),))).lower()
    for word in ("treat", "drug", "medic", "therapy", "confirm"):
        assert word not in said
