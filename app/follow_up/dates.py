"""Months between visits, by the study dates of the scans' headers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from adcore.case.scan import Scan
from adcore.errors import CourseError
from adcore.longitudinal.follow import PlannedVisit

DAYS_A_MONTH = 365.25 / 12

NO_DATE = (
    "Expected a study date in the scan's header, to count the months since the first visit, but there is none in this scan or in "
    "the visits added. Enter the months."
)


def with_visit(planned: Sequence[PlannedVisit], visit: PlannedVisit) -> list[PlannedVisit]:
    """The visits with another one, which may lie before the first: months then count from it."""
    visits = [*planned, visit]
    first = min(0.0, visit.months)
    return [replace(each, months=round(each.months - first, 1)) for each in visits] if first else visits


def months_by_date(planned: Sequence[PlannedVisit], scan: Scan) -> float:
    """Months since the first visit, to a tenth; negative before it, 0 where this is the first.

    Raises:
        CourseError: the scan, or every visit so far, has no study date.
    """
    own = scan.stated.study_date
    known = next((visit for visit in planned if visit.scan.stated.study_date is not None), None)
    if not planned and own is not None:
        return 0.0
    if own is None or known is None or known.scan.stated.study_date is None:
        raise CourseError(NO_DATE)
    days = date.fromisoformat(own) - date.fromisoformat(known.scan.stated.study_date)
    return round(known.months + days.days / DAYS_A_MONTH, 1)
