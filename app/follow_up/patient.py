"""Age and sex of the patient whose visits are compared: typed on the page, or as the scans' headers state them."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.stated import difference
from adcore.errors import AdcoreError
from adcore.longitudinal.follow import PlannedVisit
from app.follow_up.visit_upload import UNKNOWN
from app.shared.numbers import typed_number
from app.state.keys import VISIT_AGE_KEY, VISIT_SEX_KEY


@dataclass(frozen=True)
class Patient:
    """Age in years and sex; None where unknown."""

    age_years: float | None
    sex: Sex | None

    def __str__(self) -> str:
        """'70 years, female'."""
        age = None if self.age_years is None else f"{self.age_years:.3g} years"
        return ", ".join(known for known in (age, self.sex and self.sex.word) if known)


def complete(planned: Sequence[PlannedVisit]) -> list[PlannedVisit]:
    """The visits, with the age and sex typed on the page, or else by a header, for those that have none of their own.

    Raises:
        ClinicalRecordError: the age typed is out of range, at the first visit or at a later one.
    """
    typed, by_header = typed_patient(), stated_patient(planned)
    age = by_header.age_years if typed.age_years is None else typed.age_years
    completed = []
    for visit in planned:
        own = {name: value for name, value in visit.record.model_dump().items() if value is not None}
        known = {"age_years": None if age is None else age + visit.months / 12, "sex": typed.sex or by_header.sex}
        record = ClinicalRecord.of(**(known | own))
        analysis = visit.analysis if record == visit.record else None
        completed.append(PlannedVisit(visit.scan, visit.months, record, analysis))
    return completed


def tell_patient(planned: Sequence[PlannedVisit]) -> None:
    """Say which age and sex come from a header, and where a header differs from those that the visit is compared with."""
    try:
        completed = complete(planned)
    except AdcoreError:  # the field says what is wrong with what is typed
        return
    typed, by_header = typed_patient(), stated_patient(planned)
    used = Patient(None if typed.age_years is not None else by_header.age_years, None if typed.sex else by_header.sex)
    if str(used):
        st.caption(f"At the first visit, by the scans' headers: {used}. What is typed above counts instead.")
    for visit in completed:
        stated, record = visit.scan.stated, visit.record
        if difference(stated, record):
            states, expected = Patient(stated.age_years, stated.sex), Patient(record.age_years, record.sex)
            st.warning(
                f"The header of the visit at {visit.months:g} months states {states}, which differs from {expected}, as typed or "
                "by another visit. Its answer will be inconclusive.",
                icon=None,
            )


def typed_patient() -> Patient:
    """At the first visit, as typed on the page."""
    sex = st.session_state.get(VISIT_SEX_KEY)
    return Patient(typed_number(VISIT_AGE_KEY), None if sex in (None, UNKNOWN) else Sex(sex))


def stated_patient(planned: Sequence[PlannedVisit]) -> Patient:
    """At the first visit, by the headers: age and sex each from the earliest visit whose header states it.

    Ages there are whole years: one visit's fits all, where each visit's own would jump.
    """
    visits = sorted(planned, key=lambda visit: visit.months)
    ages = (age - visit.months / 12 for visit in visits if (age := visit.scan.stated.adult_years) is not None)
    return Patient(next(ages, None), next((visit.scan.stated.sex for visit in visits if visit.scan.stated.sex), None))
