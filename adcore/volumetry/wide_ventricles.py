"""Ventricles wider than nearly all healthy adults': a reason not to call a patient likely unimpaired."""

from typing import NamedTuple

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reason import AbstentionCode, Reason
from adcore.volumetry.norms import load_norms
from adcore.words import percent

MEASURE = "lateral ventricles"
"""Of adcore.volumetry.findings.MEASURES."""

BEYOND = 0.95
"""Share of healthy adults whose ventricles are narrower, from which on they count as wide; set by judgement."""

Z = 1.645
"""The same in standard deviations."""


class Ventricles(NamedTuple):
    """Volume of the lateral ventricles, and of everything inside the skull."""

    millilitres: float
    intracranial_ml: float


def wide_ventricles(measured: Ventricles, record: ClinicalRecord) -> Reason | None:
    """Why ventricles of this width can't reassure; None where they are not wide, and at an unknown age.

    Networks that learned from labels alone count wide ventricles against impairment. That holds on average, since they serve as a
    yardstick for the temporal horns, and is wrong for a patient whose ventricles alone widen. A fusion that was trained with
    planted atrophy does not, so its answers don't ask for this reason.

    An age outside the norms is compared at the nearest age of theirs, which withholds more in the old, whose ventricles go on
    widening. An unknown sex is compared with both, and the wider position counts.

    Args:
        measured: the patient's.
    Raises:
        ModelError: the norms are missing.
    """
    if record.age_years is None or min(measured) <= 0:
        return None
    norms = load_norms()
    age = min(max(record.age_years, norms.age_years[0]), norms.age_years[1])
    sexes = tuple(Sex) if record.sex is None else (record.sex,)
    if max(norms.curves[MEASURE].z(*measured, age, sex) for sex in sexes) <= Z:
        return None
    share = measured.millilitres / measured.intracranial_ml
    return Reason(
        AbstentionCode.WIDE_VENTRICLES,
        f"The lateral ventricles ({percent(share, 1)} of the intracranial volume) are wider than in {percent(BEYOND)} of healthy "
        f"adults of {age:.0f} years with a head of this size. The networks count wide ventricles against impairment, which is "
        "wrong where they alone widen, so they can't carry 'likely unimpaired'.",
    )
