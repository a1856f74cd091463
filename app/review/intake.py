"""Choosing the patient: a synthetic demo patient, or an uploaded scan."""

import streamlit as st

from adcore.case.scan import Scan
from adcore.cohorts.synthetic import DEMO_PATIENTS
from adcore.cohorts.synthetic.patients import DemoPatient
from app.review.upload import upload_scan
from app.state.keys import CHOICE_KEY
from app.state.review import Study
from app.state.session import Session

UPLOAD = "upload"


def demo_patients() -> dict[str, DemoPatient]:
    """The demo patients by key."""
    return {patient.key: patient for patient in DEMO_PATIENTS}


def choose_patient(session: Session) -> None:
    """Show the choice and keep session.study in step with it."""
    titles = {key: f"{patient.title} (synthetic)" for key, patient in demo_patients().items()} | {UPLOAD: "Upload a T1 scan"}
    st.session_state.setdefault(CHOICE_KEY, session.choice)
    choice = st.selectbox(
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
    if choice == UPLOAD:
        upload_scan(session)
    elif choice is not None:
        if session.study is None:
            open_demo(session, choice)
        st.caption(demo_patients()[choice].story)


def choose(session: Session, key: str) -> None:
    """Choose a demo patient, or UPLOAD, from outside the chooser."""
    if not session.busy and key != session.choice:
        session.choice = key
        session.open_study(None)
        st.session_state.pop(CHOICE_KEY, None)


def open_demo(session: Session, key: str) -> None:
    """Put a demo patient on the table, as new."""
    patient = demo_patients()[key]
    with st.spinner("Making the synthetic scan"):
        scan = _demo_scan(key)
    session.open_study(Study(key, patient.title, patient.story, scan), patient.record)


def start_tour(session: Session, key: str) -> None:
    """Open a demo patient as a guided case, to be analysed without being asked."""
    if not session.busy:
        choose(session, key)
        open_demo(session, key)
        session.tour, session.start = 0, True


@st.cache_resource(show_spinner=False, max_entries=len(DEMO_PATIENTS))
def _demo_scan(key: str) -> Scan:
    """Shared between users: it is nobody's scan, and can't be written to."""
    return demo_patients()[key].make_scan()
