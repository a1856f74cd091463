import pytest

from adcore.answer.abstention import abstention_reasons, header_reason, notes_beside, outside_training
from adcore.answer.prediction import Branch, agreement
from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reason import AbstentionCode, NoteCode, Reason
from adcore.case.stated import StatedPatient
from adcore.model.calibration import Estimate
from adcore.model.card_schema import ConformalLimits
from tests.support.untrained import untrained_card

RECORD = ClinicalRecord.of(age_years=74)


def reasons(
    probability: float, impaired_from: float, unimpaired_to: float, width: float = 0.4, ventricles: Reason | None = None
) -> tuple[Reason, ...]:
    """For a patient of 74 with a wide interval, under these limits."""
    limits = ConformalLimits(
        stated=0.9, impaired_from=impaired_from, unimpaired_to=unimpaired_to, impaired_participants=80, unimpaired_participants=78
    )
    card = untrained_card().model_copy(update={"conformal": {"all": limits}})
    fused = Estimate(probability, max(0.0, probability - width), min(1.0, probability + width))
    return abstention_reasons(card, "all", fused, RECORD, ventricles)


@pytest.mark.parametrize(
    ("probability", "impaired_from", "unimpaired_to", "code", "words"),
    [
        (0.5, 0.31, 0.71, AbstentionCode.BOTH_LABELS_POSSIBLE, "both answers remain possible"),
        (0.5, 0.6, 0.4, AbstentionCode.NEITHER_LABEL_POSSIBLE, "neither answer fits"),
        (
            *(0.45, 0.3, 0.4, AbstentionCode.THRESHOLD_CONTRADICTS),
            "only 'impaired' remains possible, but the probability lies below",
        ),
        (
            *(0.55, 0.6, 0.7, AbstentionCode.THRESHOLD_CONTRADICTS),
            "only 'unimpaired' remains possible, but the probability lies above",
        ),
    ],
)
def test_conformal_limits_give_their_reason(
    probability: float, impaired_from: float, unimpaired_to: float, code: AbstentionCode, words: str
) -> None:
    (reason,) = reasons(probability, impaired_from, unimpaired_to)
    assert reason.code is code
    assert words in reason.sentence
    assert "90%" in reason.sentence


def test_where_one_answer_is_left_and_the_threshold_calls_it_there_is_no_reason_however_wide_the_interval() -> None:
    assert reasons(0.9, 0.31, 0.71) == ()
    assert reasons(0.1, 0.31, 0.71) == ()


def test_limits_for_other_inputs_leave_it_to_the_interval() -> None:
    limits = ConformalLimits(stated=0.9, impaired_from=0, unimpaired_to=1, impaired_participants=80, unimpaired_participants=78)
    card = untrained_card().model_copy(update={"conformal": {"images": limits}})
    sure, unsure = Estimate(0.9, 0.8, 0.95), Estimate(0.6, 0.4, 0.8)
    assert abstention_reasons(card, "all", sure, RECORD) == ()
    (reason,) = abstention_reasons(card, "all", unsure, RECORD)
    assert reason.code is AbstentionCode.INTERVAL_INCLUDES_THRESHOLD
    assert "includes the decision threshold" in reason.sentence


def test_an_interval_that_ends_near_0_is_written_as_a_bound_as_in_the_headline() -> None:
    card, unsure = untrained_card(), Estimate(0.4, 0.001, 0.6)
    (reason,) = abstention_reasons(card, "images", unsure, RECORD)
    assert reason.sentence == "The 90% interval, <5 to 60%, includes the decision threshold of 50%."


@pytest.mark.parametrize(
    ("age_years", "codes"),
    [(None, [AbstentionCode.AGE_UNKNOWN]), (35.0, [AbstentionCode.AGE_OUTSIDE_TRAINING]), (74.0, [])],
)
def test_an_age_that_is_unknown_or_outside_training_is_a_reason(age_years: float | None, codes: list[AbstentionCode]) -> None:
    sure, record = Estimate(0.9, 0.8, 0.95), RECORD.model_copy(update={"age_years": age_years})
    found = abstention_reasons(untrained_card(), "all", sure, record)
    assert [reason.code for reason in found] == codes
    outside = outside_training(untrained_card(), record)
    assert (outside is not None) is (AbstentionCode.AGE_OUTSIDE_TRAINING in codes)


@pytest.mark.parametrize(("beyond", "said"), [(-0.4, ".6"), (0.4, ".4")])
def test_an_age_just_outside_training_never_looks_like_one_inside(beyond: float, said: str) -> None:
    card = untrained_card()
    age = card.age_years[int(beyond > 0)] + beyond
    found = abstention_reasons(card, "all", Estimate(0.9, 0.8, 0.95), RECORD.model_copy(update={"age_years": age}))
    (sentence,) = (reason.sentence for reason in found if reason.code is AbstentionCode.AGE_OUTSIDE_TRAINING)
    assert sentence.startswith(f"The age of {int(age)}{said} lies outside")


@pytest.mark.parametrize(
    ("probability", "codes"),
    [
        (0.1, [AbstentionCode.WIDE_VENTRICLES]),
        (0.5, [AbstentionCode.BOTH_LABELS_POSSIBLE]),  # it says nothing reassuring anyway
        (0.9, []),
    ],
)
def test_wide_ventricles_withhold_what_would_reassure_and_nothing_else(probability: float, codes: list[AbstentionCode]) -> None:
    wide = Reason(AbstentionCode.WIDE_VENTRICLES, "The lateral ventricles are wide.")
    assert [reason.code for reason in reasons(probability, 0.31, 0.71, ventricles=wide)] == codes


@pytest.mark.parametrize(
    ("low", "high", "disagree"),
    [
        (Estimate(0.1, 0.05, 0.49), Estimate(0.9, 0.5, 0.95), True),
        (Estimate(0.1, 0.05, 0.5), Estimate(0.9, 0.5, 0.95), False),  # an interval that reaches the threshold
        (Estimate(0.1, 0.05, 0.49), Estimate(0.9, 0.49, 0.95), False),
        (Estimate(0.3, 0.2, 0.4), Estimate(0.79, 0.7, 0.9), False),  # 49 points apart
        (Estimate(0.1, 0.05, 0.2), Estimate(0.45, 0.4, 0.49), False),  # on one side
    ],
)
def test_branches_that_disagree_are_noted_and_withhold_nothing(low: Estimate, high: Estimate, disagree: bool) -> None:
    branches = {Branch.VGG16: high, Branch.RESNET50: None, Branch.CLINICAL: low}
    threshold = untrained_card().threshold
    between = agreement(branches, threshold)
    assert between is not None
    assert [note.code for note in notes_beside(branches, threshold)] == [NoteCode.BRANCHES_DISAGREE] * disagree
    assert between.disagree is disagree
    assert abstention_reasons(untrained_card(), "all", Estimate(0.9, 0.8, 0.95), RECORD) == ()


@pytest.mark.parametrize(("resnet50", "opposed"), [(0.8, True), (0.3, False), (None, True)])
def test_scan_and_fields_at_odds_are_looked_at_again(resnet50: float | None, opposed: bool) -> None:
    branches = {
        branch: None if chance is None else Estimate(chance, chance - 0.05, chance + 0.05)
        for branch, chance in ((Branch.VGG16, 0.9), (Branch.RESNET50, resnet50), (Branch.CLINICAL, 0.1))
    }
    (note,) = notes_beside(branches, 0.5)
    assert ("opposite directions" in note.sentence) is opposed


@pytest.mark.parametrize(
    "stated", [StatedPatient(45), StatedPatient(sex=Sex.MALE), StatedPatient(0), StatedPatient(45, Sex.MALE)]
)
def test_a_header_of_another_age_or_sex_is_a_reason_until_it_is_confirmed(stated: StatedPatient) -> None:
    record = ClinicalRecord.of(age_years=74, sex="F")
    reason = header_reason(stated, record)
    assert reason is not None
    assert reason.code is AbstentionCode.HEADER_DIFFERS
    assert "Correct the fields, or confirm" in reason.sentence
    assert header_reason(stated, ClinicalRecord.of(age_years=74, sex="F", header_confirmed=True)) is None
    assert header_reason(StatedPatient(74, Sex.FEMALE), record) is None
