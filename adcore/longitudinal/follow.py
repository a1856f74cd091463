"""From the scans of several visits to a course: each is analysed, then all are registered and compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adcore.analysis import Analysis
from adcore.answer.abstention import header_reason
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.errors import CourseError, PreparationError
from adcore.longitudinal.common_space import CommonSpace
from adcore.longitudinal.course import MONTHS_PER_YEAR, Course, LeftOut, Visit
from adcore.longitudinal.repeatability import Repeatability, load_repeatability
from adcore.longitudinal.volume_trend import volume_trends
from adcore.pipeline import analyse
from adcore.predict import Predictor
from adcore.volumetry.findings import INTRACRANIAL
from adcore.words import percent

MOST_VISITS = 6
"""Each takes two hundred megabytes of memory."""

LEAST_YEARS = 0.5
"""Least time between the first and the last visit for a rate; over less it would be measurement error."""

DRIFT = 0.03
"""Relative difference of the intracranial volume between visits that is reported: an adult's does not change."""


@dataclass(frozen=True, eq=False)
class PlannedVisit:
    """A visit to be analysed.

    Attributes:
        months: since the first visit.
        record: at that visit, with its own age and MMSE.
        analysis: where the scan was already analysed with this record.
    """

    scan: Scan
    months: float
    record: ClinicalRecord
    analysis: Analysis | None = None


def follow(
    planned: Sequence[PlannedVisit],
    predictor: Predictor,
    repeatability: Repeatability | None = None,
    on_step: Callable[[str], None] | None = None,
) -> Course:
    """Analyse every visit and compare them; a visit that fails its checks is excluded and reported.

    Args:
        planned: in any order.
        repeatability: the shipped one by default.
        on_step: called with a sentence as each stage begins.
    Raises:
        CourseError: fewer than two visits pass, two have the same time, or there are too many.
        ModelError: the model does not fit, or its repeatability is missing.
    """
    report = on_step or (lambda sentence: None)
    repeat = repeatability or load_repeatability()
    order = _in_order(planned)
    visits, left_out = [], []
    for number, one in enumerate(order, start=1):
        prefix = f"Visit {number} of {len(order)}"
        try:
            analysis = one.analysis or analyse(one.scan, one.record, predictor, lambda step, at=prefix: report(f"{at}: {step}"))  # type: ignore[misc]
        except PreparationError as error:
            left_out.append(LeftOut(one.months, str(error)))
            continue
        if analysis.prediction is None or analysis.prediction.scan_alone is None:  # the latter is never None for a scan
            left_out.append(LeftOut(one.months, " ".join(map(str, analysis.refusals))))
            continue
        visits.append(Visit(one.months, analysis, analysis.prediction.scan_alone))
    if len(visits) < 2:
        reasons = " ".join(f"At {visit.months:g} months: {visit.reason}" for visit in left_out)
        raise CourseError(f"Expected at least two visits that pass their checks, got {len(visits)}. {reasons}".strip())
    report("Registering the visits to each other")
    space = CommonSpace.of([visit.analysis.prepared for visit in visits])
    years = [(visit.months - visits[0].months) / MONTHS_PER_YEAR for visit in visits]
    intracranial = tuple(visit.analysis.prepared.volume_ml(INTRACRANIAL) for visit in visits)
    record = visits[0].analysis.record
    return Course(
        visits=tuple(visits),
        left_out=tuple(left_out),
        space=space,
        volumes=volume_trends(
            years,
            [visit.analysis.volumes for visit in visits],
            None if record.age_years is None else record.age_years + years[-1] / 2,
            record.sex,
            repeat,
            rated=years[-1] >= LEAST_YEARS,
        ),
        intracranial_ml=intracranial,
        repeatability=repeat,
        warnings=(
            *_warnings(space, intracranial, repeat),
            *_other_model(predictor, repeat),
            *_other_patients(visits),
        ),
    )


def _in_order(planned: Sequence[PlannedVisit]) -> list[PlannedVisit]:
    if len(planned) > MOST_VISITS:
        raise CourseError(f"Expected at most {MOST_VISITS} visits, got {len(planned)}. Leave out some in the middle.")
    order = sorted(planned, key=lambda one: one.months)
    for one, other in pairwise(order):
        if one.months == other.months:
            raise CourseError(f"Two visits are at {one.months:g} months. Give each visit its own time.")
        if one.scan.sha256 == other.scan.sha256:
            raise CourseError(
                f"The visits at {one.months:g} and {other.months:g} months have the same scan. Remove one of them, or add the "
                "intended scan."
            )
    return order


def _other_model(predictor: Predictor, repeat: Repeatability) -> tuple[str, ...]:
    if predictor.weights_sha256 in repeat.model:
        return ()
    return (
        "The repeatability of the probability was measured with another model's weights, so it is only a rough guide to "
        "this change. Measure it again: adcore study rescans.",
    )


def _other_patients(visits: Sequence[Visit]) -> tuple[str, ...]:
    """Where a scan's header states another age or sex than its visit has."""
    reasons = ((visit.months, header_reason(visit.analysis.prepared.scan.stated, visit.analysis.record)) for visit in visits)
    return tuple(f"At {months:g} months: {reason.sentence}" for months, reason in reasons if reason is not None)


def _warnings(space: CommonSpace, intracranial: tuple[float, ...], repeat: Repeatability) -> tuple[str, ...]:
    warnings = []
    alignment = space.alignment
    if alignment.similarity < repeat.similarity_limit:
        warnings.append(
            f"These may not be scans of one patient: the brains' similarity after registration is {alignment.similarity:.2f} "
            f"(rescans of one subject {repeat.similarity_same:.2f} or more, scans of two subjects {repeat.similarity_other:.2f} "
            "or less). Strong change, another sequence or a poor scan also lower it. Check who was scanned."
        )
    spread = max(intracranial) / min(intracranial) - 1
    if spread > DRIFT:
        warnings.append(
            f"The intracranial volume differs by {percent(spread, 1)} between visits, although an adult's does not change: the "
            "scanners' scaling differs, or a segmentation is off. Rates refer to shares, in which scaling cancels out."
        )
    return tuple(warnings)
