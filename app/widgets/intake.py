"""Choosing the patient: a synthetic demo patient, or an uploaded scan."""

import streamlit as st

from adcore.cohorts.synthetic import DEMO_PATIENTS
from adcore.scan import Scan
from app.state import CHOICE_KEY, Session, Study
from app.widgets.upload import upload_scan

UPLOAD = "upload"


def choose_patient(session: Session) -> None:
    """Show the choice and keep session.study in step with it."""
    titles = {patient.key: f"{patient.title} (synthetic)" for patient in DEMO_PATIENTS} | {UPLOAD: "Upload a T1 scan"}
    st.session_state.setdefault(CHOICE_KEY, session.choice)
    chooser, detail = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    choice = chooser.selectbox(
        "Patient",
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        placeholder="Choose a demo patient, or upload a scan",
        key=CHOICE_KEY,
        disabled=session.busy,
    )
    if choice != session.choice:
        session.choice = choice
        session.open_study(None)
    with detail:
        if choice == UPLOAD:
            upload_scan(session)
        elif choice is not None:
            _open_demo(session, choice)
    if session.notice:
        st.warning(session.notice, icon=None)


def choose(session: Session, key: str) -> None:
    """Choose a demo patient, or UPLOAD, from outside the chooser."""
    if not session.busy and key != session.choice:
        session.choice = key
        session.open_study(None)
        st.session_state.pop(CHOICE_KEY, None)


def _open_demo(session: Session, key: str) -> None:
    patient = next(patient for patient in DEMO_PATIENTS if patient.key == key)
    if session.study is None:
        with st.spinner("Making the synthetic scan"):
            scan = _demo_scan(key)
        session.open_study(Study(key, patient.title, patient.story, scan), patient.record)
    st.caption(patient.story)


@st.cache_resource(show_spinner=False, max_entries=len(DEMO_PATIENTS))
def _demo_scan(key: str) -> Scan:
    """Shared between users: it is nobody's scan, and can't be written to."""
    return next(patient for patient in DEMO_PATIENTS if patient.key == key).make_scan()
