"""Why an answer is inconclusive, and what is noted beside it: one code and one sentence for each."""

from dataclasses import dataclass
from typing import Protocol

from adcore.answer.prediction import IMAGE_BRANCHES, Branch, BranchAgreement, agreement
from adcore.case.clinical import ClinicalRecord
from adcore.case.reason import AbstentionCode, NoteCode, Reason
from adcore.case.stated import StatedPatient, difference
from adcore.model.calibration import Estimate
from adcore.model.card_schema import ConformalLimits, Possible
from adcore.words import beside, percent, points, points_range


class Rules(Protocol):
    """What the reasons hang on; a ModelCard has all of it."""

    @property
    def conformal(self) -> dict[str, ConformalLimits]:
        """Limits by inputs."""

    @property
    def threshold(self) -> float:
        """Probability from which on a case counts as impaired."""

    @property
    def age_years(self) -> tuple[float, float]:
        """Ages of the youngest and the oldest participant in training."""


@dataclass(frozen=True)
class StatedRules:
    """Rules without a card: as a card will have them, or from the participants of other folds."""

    conformal: dict[str, ConformalLimits]
    threshold: float
    age_years: tuple[float, float]


def abstention_reasons(
    card: Rules, inputs: str, fused: Estimate, record: ClinicalRecord, ventricles: Reason | None = None
) -> tuple[Reason, ...]:
    """Every reason for an inconclusive answer; empty where there is none.

    Args:
        inputs: which of the card's conformal limits apply. Where the card has none for them, the interval decides.
        fused: the answer.
        ventricles: of adcore.volumetry.wide_ventricles. They withhold "likely unimpaired" only.
    """
    limits = card.conformal.get(inputs)
    unclear = _interval_reason(fused, card.threshold) if limits is None else _conformal_reason(fused, limits, card.threshold)
    reassuring = fused.probability < card.threshold
    reasons = (unclear, _age_reason(card, record), ventricles if reassuring and unclear is None else None)
    return tuple(reason for reason in reasons if reason is not None)


def header_reason(stated: StatedPatient, record: ClinicalRecord) -> Reason | None:
    """Why an answer waits for a confirmation: the scan's header states another age or sex than was entered."""
    sentence = None if record.header_confirmed else difference(stated, record)
    if sentence is None:
        return None
    return Reason(AbstentionCode.HEADER_DIFFERS, f"{sentence} Correct the fields, or confirm that they are right.")


def outside_training(card: Rules, record: ClinicalRecord) -> Reason | None:
    """Why a patient gets no number at all: an age outside those that the model was trained on."""
    reason = _age_reason(card, record)
    return reason if reason is not None and reason.code is AbstentionCode.AGE_OUTSIDE_TRAINING else None


def notes_beside(branches: dict[Branch, Estimate | None], threshold: float) -> tuple[Reason, ...]:
    """What a reader should know beside an answer: so far, that the branches disagree.

    Disagreement withholds nothing: out of fold, 14 of the 15 answers that it would withhold are right.

    Args:
        branches: each branch alone; None where it had no input.
    """
    between = agreement(branches, threshold)
    if between is None or not between.disagree:
        return ()
    ends = ((branch, branches[branch]) for branch in (between.lowest, between.highest))
    named = ", ".join(f"{branch.label} {points(estimate.probability)}%" for branch, estimate in ends if estimate is not None)
    sentence = f"The branches of the model disagree. Each alone: {named}."
    return (Reason(NoteCode.BRANCHES_DISAGREE, f"{sentence}{_fields_against_scan(branches, between, threshold)}"),)


def _fields_against_scan(branches: dict[Branch, Estimate | None], between: BranchAgreement, threshold: float) -> str:
    """What to check where the clinical branch stands against image branches that lie on one side; else empty."""
    among_images = agreement({branch: branches.get(branch) for branch in IMAGE_BRANCHES}, threshold)
    if Branch.CLINICAL not in (between.lowest, between.highest) or (among_images is not None and not among_images.same_side):
        return ""
    return " Scan and fields point in opposite directions: check the fields for errors, and that the scan is this patient's."


def _interval_reason(fused: Estimate, threshold: float) -> Reason | None:
    if not fused.low < threshold <= fused.high:
        return None
    return Reason(
        AbstentionCode.INTERVAL_INCLUDES_THRESHOLD,
        f"The 90% interval, {points_range(fused.low, fused.high)}, includes the decision threshold of {percent(threshold)}.",
    )


def _conformal_reason(fused: Estimate, limits: ConformalLimits, threshold: float) -> Reason | None:
    possible = limits.possible(fused.probability)
    confidence = f"At the stated {percent(limits.stated)} confidence"
    if possible is Possible.BOTH:
        return Reason(
            AbstentionCode.BOTH_LABELS_POSSIBLE,
            f"{confidence} both answers remain possible: among the participants used for calibration, probabilities from "
            f"{percent(limits.impaired_from)} to {percent(limits.unimpaired_to)} occurred with and without impairment.",
        )
    if possible is Possible.NEITHER:
        return Reason(
            AbstentionCode.NEITHER_LABEL_POSSIBLE,
            f"{confidence} neither answer fits: among the participants used for calibration, probabilities between "
            f"{percent(limits.unimpaired_to)} and {percent(limits.impaired_from)} were rare with and without impairment.",
        )
    called = Possible.IMPAIRED if fused.probability >= threshold else Possible.UNIMPAIRED
    if called is possible:
        return None
    side = "above" if called is Possible.IMPAIRED else "below"
    return Reason(
        AbstentionCode.THRESHOLD_CONTRADICTS,
        f"{confidence} only '{possible}' remains possible, but the probability lies {side} the decision threshold of "
        f"{percent(threshold)}.",
    )


def _age_reason(card: Rules, record: ClinicalRecord) -> Reason | None:
    youngest, oldest = card.age_years
    trained = f"{youngest:.0f} to {oldest:.0f} years"
    if record.age_years is None:
        return Reason(AbstentionCode.AGE_UNKNOWN, f"The age is unknown; the model was trained on participants aged {trained}.")
    if youngest <= record.age_years <= oldest:
        return None
    passed = youngest if record.age_years < youngest else oldest
    return Reason(
        AbstentionCode.AGE_OUTSIDE_TRAINING,
        f"The age of {beside(record.age_years, passed, 0)} lies outside the {trained} the model was trained on, so there is no "
        "number.",
    )
