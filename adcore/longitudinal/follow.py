"""From the scans of several visits to a course: each is judged, then all are brought together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from adcore.analysis import Analysis
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
"""Each keeps two hundred megabytes at work."""

LEAST_YEARS = 0.5
"""Between the first and the last visit, for a rate: over less time it would be measuring error."""

DRIFT = 0.03
"""Of the intracranial volume between two visits, from which on the reader is told: an adult's does not change."""


@dataclass(frozen=True, eq=False)
class PlannedVisit:
    """A visit that waits to be judged.

    Attributes:
        months: since the first visit.
        record: of that day: age and MMSE are the visit's own.
        analysis: where the scan was analysed with this record already.
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
    """Judge every visit and compare them; a visit that is not fit is left out and named.

    Args:
        planned: in any order.
        repeatability: the shipped one where None.
        on_step: called with a plain sentence as each stage begins.
    Raises:
        CourseError: fewer than two visits are fit, two are of one time, or there are too many.
        ModelError: the model does not fit, or its repeatability is missing.
    """
    tell = on_step or (lambda sentence: None)
    repeat = repeatability or load_repeatability()
    order = _in_order(planned)
    visits, left_out = [], []
    for number, one in enumerate(order, start=1):
        begin = f"Visit {number} of {len(order)}"
        try:
            analysis = one.analysis or analyse(one.scan, one.record, predictor, lambda step, at=begin: tell(f"{at}: {step}"))  # type: ignore[misc]
        except PreparationError as error:
            left_out.append(LeftOut(one.months, str(error)))
            continue
        if analysis.prediction is None or analysis.prediction.scan_alone is None:  # the latter never of a scan
            left_out.append(LeftOut(one.months, " ".join(map(str, analysis.refusals))))
            continue
        visits.append(Visit(one.months, analysis, analysis.prediction.scan_alone))
    if len(visits) < 2:
        reasons = " ".join(f"At {visit.months:g} months: {visit.reason}" for visit in left_out)
        raise CourseError(f"Expected at least two visits that are fit to be judged, got {len(visits)}. {reasons}".strip())
    tell("Registering the visits to one another")
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
        warnings=(*_warnings(space, intracranial, repeat), *_other_model(predictor, repeat)),
    )


def _in_order(planned: Sequence[PlannedVisit]) -> list[PlannedVisit]:
    if len(planned) > MOST_VISITS:
        raise CourseError(f"Expected at most {MOST_VISITS} visits, got {len(planned)}. Leave out some in the middle.")
    order = sorted(planned, key=lambda one: one.months)
    for one, other in pairwise(order):
        if one.months == other.months:
            raise CourseError(f"Two visits lie at {one.months:g} months. Give each visit its own time.")
        if one.scan.sha256 == other.scan.sha256:
            raise CourseError(
                f"The visits at {one.months:g} and {other.months:g} months hold the same scan. Take out one of them, or add "
                "the scan that was meant."
            )
    return order


def _other_model(predictor: Predictor, repeat: Repeatability) -> tuple[str, ...]:
    if predictor.weights_sha256 in repeat.model:
        return ()
    return (
        "How repeatable the probability is was measured with another model's weights than those at work, so the change beside "
        "it is a rough guide only. Measure it again: adcore study rescans.",
    )


def _warnings(space: CommonSpace, intracranial: tuple[float, ...], repeat: Repeatability) -> tuple[str, ...]:
    warnings = []
    alignment = space.alignment
    if alignment.similarity < repeat.similarity_limit:
        warnings.append(
            f"These may not be scans of one person: after registration the brains are alike to {alignment.similarity:.2f} "
            f"(rescans of one head {repeat.similarity_same:.2f} or more, heads of two people {repeat.similarity_other:.2f} or "
            "less). Strong change, another sequence or a poor scan lower it, too. Check who was scanned."
        )
    spread = max(intracranial) / min(intracranial) - 1
    if spread > DRIFT:
        warnings.append(
            f"The volume inside the skull differs by {percent(spread, 1)} between visits, though an adult's does not change: the "
            "scanners' scales differ, or an outline is off. Rates are told of shares, in which a scale cancels out."
        )
    return tuple(warnings)
