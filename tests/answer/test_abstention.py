import pytest

from adcore.answer.abstention import abstention_reasons
from adcore.answer.prediction import Branch
from adcore.case.clinical import ClinicalRecord
from adcore.model.calibration import Estimate
from adcore.model.card_schema import ConformalLimits
from tests.support.untrained import untrained_card

RECORD = ClinicalRecord.of(age_years=74)


def reasons(probability: float, impaired_from: float, unimpaired_to: float, width: float = 0.4) -> tuple[str, ...]:
    """Of a person of 74 with a wide interval, under these limits."""
    limits = ConformalLimits(
        stated=0.9, impaired_from=impaired_from, unimpaired_to=unimpaired_to, impaired_participants=80, unimpaired_participants=78
    )
    card = untrained_card().model_copy(update={"conformal": {"all": limits}})
    fused = Estimate(probability, max(0.0, probability - width), min(1.0, probability + width))
    return abstention_reasons(card, "all", fused, {Branch.CLINICAL: fused}, RECORD)


@pytest.mark.parametrize(
    ("probability", "impaired_from", "unimpaired_to", "words"),
    [
        (0.5, 0.31, 0.71, "both answers remain possible"),
        (0.5, 0.6, 0.4, "neither answer fits"),
        (0.45, 0.3, 0.4, "only 'impaired' remains possible, but the probability lies below"),
        (0.55, 0.6, 0.7, "only 'unimpaired' remains possible, but the probability lies above"),
    ],
)
def test_conformal_limits_give_their_reason(probability: float, impaired_from: float, unimpaired_to: float, words: str) -> None:
    (sentence,) = reasons(probability, impaired_from, unimpaired_to)
    assert words in sentence
    assert "90%" in sentence


def test_where_one_answer_is_left_and_the_threshold_calls_it_there_is_no_doubt_however_wide_the_interval() -> None:
    assert reasons(0.9, 0.31, 0.71) == ()
    assert reasons(0.1, 0.31, 0.71) == ()


def test_limits_for_other_inputs_leave_it_to_the_interval() -> None:
    limits = ConformalLimits(stated=0.9, impaired_from=0, unimpaired_to=1, impaired_participants=80, unimpaired_participants=78)
    card = untrained_card().model_copy(update={"conformal": {"images": limits}})
    sure, unsure = Estimate(0.9, 0.8, 0.95), Estimate(0.6, 0.4, 0.8)
    assert abstention_reasons(card, "all", sure, {Branch.CLINICAL: sure}, RECORD) == ()
    (sentence,) = abstention_reasons(card, "all", unsure, {Branch.CLINICAL: unsure}, RECORD)
    assert "includes the decision threshold" in sentence


def test_an_interval_that_ends_near_nobody_is_told_as_a_bound_as_in_the_headline() -> None:
    card, unsure = untrained_card(), Estimate(0.4, 0.001, 0.6)
    assert "The 90% interval, <1 to 60%, includes the decision threshold of 50%." in abstention_reasons(
        card, "images", unsure, {Branch.CLINICAL: unsure}, RECORD
    )
