"""Adding visits: a scan with its months and MMSE, the patient under review, or a synthetic course."""

import hashlib

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from adcore.clinical import FIELDS, ClinicalRecord, Sex
from adcore.cohorts.synthetic import DEMO_COURSE
from adcore.errors import AdcoreError, SeveralSeriesError
from adcore.longitudinal.follow import MOST_VISITS, PlannedVisit
from adcore.readers import read_upload
from adcore.readers.isolation import in_child
from adcore.scan import Scan, SourceFormat
from app.failures import as_refusal
from app.state.keys import (
    ADD_DEMO_KEY,
    ADD_REVIEWED_KEY,
    ADD_UPLOAD_KEY,
    CLEAR_VISITS_KEY,
    VISIT_AGE_KEY,
    VISIT_MMSE_KEY,
    VISIT_MONTHS_KEY,
    VISIT_SEX_KEY,
    VISIT_UPLOAD_KEY,
)
from app.state.session import Session
from app.state.timeline import Timeline

UNKNOWN = "unknown"
SPECS = {spec.name: spec for spec in FIELDS}
SEX_WORDS = {UNKNOWN: UNKNOWN} | {sex.value: sex.word for sex in Sex}
MOST_MONTHS = 600.0


def add_visits(session: Session) -> None:
    """Show the ways to add a visit, and the visits added."""
    timeline = session.timeline
    busy = timeline.job is not None
    upload, ready = st.columns([3, 2], gap="large")
    with upload:
        _from_upload(timeline, busy)
    with ready:
        _reviewed(session, busy)
        if st.button("Take the synthetic course", key=ADD_DEMO_KEY, width="stretch", disabled=busy):
            with st.spinner("Making the three synthetic scans"):
                timeline.planned = [
                    PlannedVisit(_demo_scan(n), visit.months, visit.record) for n, visit in enumerate(DEMO_COURSE)
                ]
            timeline.forget_results()
            st.rerun()
        st.caption("Three visits of one computed head over four years, with growing atrophy. It is nobody's scan.")
    if timeline.planned:
        _listed(timeline, busy)


def complete(planned: list[PlannedVisit]) -> list[PlannedVisit]:
    """The visits with the person's age and sex, as typed on the page, where a visit has none of its own."""
    age, sex = st.session_state.get(VISIT_AGE_KEY), st.session_state.get(VISIT_SEX_KEY)
    found = []
    for visit in planned:
        own = {name: value for name, value in visit.record.model_dump().items() if value is not None}
        given = {} if age is None else {"age_years": age + visit.months / 12}
        record = ClinicalRecord.of(**(given | ({} if sex in (None, UNKNOWN) else {"sex": sex}) | own))
        analysis = visit.analysis if record == visit.record else None
        found.append(PlannedVisit(visit.scan, visit.months, record, analysis))
    return found


def _from_upload(timeline: Timeline, busy: bool) -> None:
    files = st.file_uploader(
        "T1 scan of one visit: NIfTI, MGH, or a DICOM series (all files, or a zip)",
        type=None,
        accept_multiple_files=True,
        key=f"{VISIT_UPLOAD_KEY}_{timeline.uploads}",
        disabled=busy,
        help="Kept in this session's memory only, and gone when you close the page.",
    )
    months, mmse, age, sex = st.columns([4, 4, 4, 5])
    when = months.number_input(
        "Months since first visit",
        0.0,
        MOST_MONTHS,
        value=None,
        step=1.0,
        format="%g",
        placeholder="needed",
        key=VISIT_MONTHS_KEY,
    )
    points = _number(mmse, "mmse", "MMSE that day", VISIT_MMSE_KEY)
    _number(age, "age_years", "Age at first visit", VISIT_AGE_KEY)
    sex.selectbox("Sex", list(SEX_WORDS), format_func=SEX_WORDS.__getitem__, key=VISIT_SEX_KEY)
    if st.button("Add this visit", key=ADD_UPLOAD_KEY, disabled=busy or not files or when is None) and when is not None:
        _read(timeline, files, when, points)
        st.rerun()


def _number(place: "st.delta_generator.DeltaGenerator", name: str, label: str, key: str) -> float | None:
    spec = SPECS[name]
    value: float | None = place.number_input(
        f"{label} ({spec.unit})",
        min_value=float(spec.low or 0),
        max_value=float(spec.high or 0),
        value=None,
        step=1.0,
        format="%g",
        placeholder=UNKNOWN,
        key=key,
    )
    return value


def _read(timeline: Timeline, files: list[UploadedFile], months: float, mmse: float | None) -> None:
    timeline.forget_results()
    try:
        with st.spinner("Reading and checking the upload"):
            scan = in_child(read_upload, [(file.name, file.getvalue()) for file in files], None)
        timeline.planned.append(PlannedVisit(scan, months, ClinicalRecord.of(mmse=mmse)))
        timeline.uploads += 1
    except SeveralSeriesError:
        timeline.notice = "The upload holds several series that can be read. Upload the files of the T1 series alone."
    except Exception as error:
        timeline.notice = str(as_refusal(error))


def _reviewed(session: Session, busy: bool) -> None:
    study, result = session.study, session.result
    months = st.session_state.get(VISIT_MONTHS_KEY)
    pressed = st.button(
        "Add the patient under review",
        key=ADD_REVIEWED_KEY,
        width="stretch",
        disabled=busy or study is None or months is None,
        help="The scan and the fields of the page Review a patient. Type the months since the first visit before.",
    )
    if not pressed or study is None or months is None:
        return
    try:
        record = ClinicalRecord.of(**session.fields)
        analysis = result.analysis if result and result.analysis.record == record else None
        session.timeline.forget_results()
        session.timeline.planned.append(PlannedVisit(study.scan, months, record, analysis))
    except AdcoreError as error:
        session.timeline.notice = str(error)
    st.rerun()


def _listed(timeline: Timeline, busy: bool) -> None:
    timeline.planned.sort(key=lambda visit: visit.months)
    for number, visit in enumerate(timeline.planned):
        words, remove = st.columns([5, 1], vertical_alignment="center")
        mmse = "MMSE unknown" if visit.record.mmse is None else f"MMSE {visit.record.mmse:g}"
        synthetic = " (synthetic)" if visit.scan.source_format is SourceFormat.SYNTHETIC else ""
        words.markdown(f"**{visit.months:g} months** · {visit.scan.pseudonym}{synthetic} · {mmse}")
        if remove.button("Take out", key=f"{CLEAR_VISITS_KEY}_{number}", disabled=busy, width="stretch"):
            del timeline.planned[number]
            timeline.forget_results()
            st.rerun()
    if len(timeline.planned) > MOST_VISITS:
        st.caption(f"At most {MOST_VISITS} visits can be compared.")


def visits_key(planned: list[PlannedVisit]) -> str:
    """Digest of the visits: their scans, times and records."""
    parts = [f"{visit.scan.sha256} {visit.months:g} {visit.record.model_dump_json()}" for visit in planned]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@st.cache_resource(show_spinner=False, max_entries=len(DEMO_COURSE))
def _demo_scan(number: int) -> Scan:
    """Shared between users: it is nobody's scan, and can't be written to."""
    return DEMO_COURSE[number].make_scan()
