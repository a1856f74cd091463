"""Adding visits: an uploaded scan, the patient under review, or a synthetic course; and the list of visits."""

import hashlib

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan, SourceFormat
from adcore.cohorts.synthetic import DEMO_COURSE
from adcore.errors import AdcoreError
from adcore.longitudinal.follow import MOST_VISITS, PlannedVisit
from app.follow_up.dates import months_by_date, with_visit
from app.follow_up.patient import tell_patient
from app.follow_up.visit_upload import BY_DATE, MOST_MONTHS, upload_visit
from app.shared.numbers import number_in, range_refusal
from app.state.follow_up import FollowUp
from app.state.keys import ADD_DEMO_KEY, ADD_REVIEWED_KEY, REMOVE_VISIT_KEYS, VISIT_MONTHS_KEY
from app.state.session import Session


def add_visits(session: Session) -> None:
    """Show the ways to add a visit, and the visits added."""
    follow_up = session.follow_up
    busy = follow_up.job is not None
    upload, ready = st.columns([3, 2], gap="large")
    with upload:
        upload_visit(follow_up, busy)
    with ready:
        _reviewed(session, busy)
        if st.button("Load the synthetic course", key=ADD_DEMO_KEY, width="stretch", disabled=busy):
            with st.spinner("Making the three synthetic scans"):
                follow_up.planned = [
                    PlannedVisit(_demo_scan(n), visit.months, visit.record) for n, visit in enumerate(DEMO_COURSE)
                ]
            follow_up.forget_results()
            st.rerun()
        st.caption("Three simulated visits over four years, with progressive atrophy. They are nobody's scans.")
    if follow_up.planned:
        _listed(follow_up, busy)


def _reviewed(session: Session, busy: bool) -> None:
    study, result = session.study, session.result
    months = number_in(st.session_state.get(VISIT_MONTHS_KEY))
    refused = range_refusal(months, 0, MOST_MONTHS) is not None
    pressed = st.button(
        "Add the patient under review",
        key=ADD_REVIEWED_KEY,
        width="stretch",
        disabled=busy or study is None or refused,
        help=f"Takes the scan and the fields from the page Review a patient, and the months since the first visit. {BY_DATE}",
    )
    if not pressed or study is None or isinstance(months, str):
        return
    try:
        when = months_by_date(session.follow_up.planned, study.scan) if months is None else months
        record = ClinicalRecord.of(**session.fields, measures=session.known_measures)
        analysis = result.analysis if result and _typed(result.analysis.record) == record else None
        record = analysis.record if analysis else record
        session.follow_up.forget_results()
        session.follow_up.planned = with_visit(session.follow_up.planned, PlannedVisit(study.scan, when, record, analysis))
    except AdcoreError as error:
        session.follow_up.notice = str(error)
    st.rerun()


def _typed(record: ClinicalRecord) -> ClinicalRecord:
    """The fields of a record as typed, whether they are confirmed beside the scan's header or not."""
    return record.model_copy(update={"header_confirmed": False})


def _listed(follow_up: FollowUp, busy: bool) -> None:
    follow_up.planned.sort(key=lambda visit: visit.months)
    for number, visit in enumerate(follow_up.planned):
        words, remove = st.columns([5, 1], vertical_alignment="center")
        mmse = "MMSE unknown" if visit.record.mmse is None else f"MMSE {visit.record.mmse:g}"
        synthetic = " (synthetic)" if visit.scan.source_format is SourceFormat.SYNTHETIC else ""
        scanned = f" · scanned {visit.scan.stated.study_date}" if visit.scan.stated.study_date else ""
        words.markdown(f"**{visit.months:g} months** · {visit.scan.pseudonym}{synthetic}{scanned} · {mmse}")
        if remove.button("Remove", key=f"{REMOVE_VISIT_KEYS}_{number}", disabled=busy, width="stretch"):
            del follow_up.planned[number]
            follow_up.forget_results()
            st.rerun()
    tell_patient(follow_up.planned)
    if len(follow_up.planned) > MOST_VISITS:
        st.caption(f"At most {MOST_VISITS} visits can be compared.")


def visits_key(planned: list[PlannedVisit]) -> str:
    """Digest of the visits: their scans, times and records."""
    contents = [f"{visit.scan.sha256} {visit.months:g} {visit.record.model_dump_json()}" for visit in planned]
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


@st.cache_resource(show_spinner=False, max_entries=len(DEMO_COURSE))
def _demo_scan(number: int) -> Scan:
    """Shared between users: it is nobody's scan, and can't be written to."""
    return DEMO_COURSE[number].make_scan()
