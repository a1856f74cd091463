"""Choosing the patient under review, from any page: a synthetic demo patient or an upload."""

from pathlib import Path

import streamlit as st

from adcore.case.scan import Scan
from adcore.cohorts.synthetic import DEMO_PATIENTS
from adcore.cohorts.synthetic.patients import DemoPatient
from app.state.review import Study
from app.state.session import Session
from app.state.tour import Tour

UPLOAD = "upload"
PICTURES = Path(__file__).resolve().parents[2] / "assets" / "demo" / "patients"


def demo_patients() -> dict[str, DemoPatient]:
    """The demo patients by key."""
    return {patient.key: patient for patient in DEMO_PATIENTS}


def picture_of(patient: DemoPatient) -> Path | None:
    """A coronal slice of the patient, made by `adcore study demo`; None where there is none."""
    path = PICTURES / f"{patient.key}.png"
    return path if path.is_file() else None


def show_picture(patient: DemoPatient) -> None:
    """Show that slice, if there is one."""
    picture = picture_of(patient)
    if picture is not None:
        st.image(str(picture), alt=f"Coronal slice of the synthetic head '{patient.title}'", width="stretch")


def choose(session: Session, key: str) -> None:
    """Choose a demo patient, or UPLOAD, from outside the review page."""
    if not session.busy and key != session.choice:
        session.choice = key
        session.open_study(None)


def open_demo(session: Session, key: str) -> None:
    """Open a demo patient afresh."""
    patient = demo_patients()[key]
    with st.spinner("Making the synthetic scan"):
        scan = demo_scan(key)
    session.open_study(Study(key, patient.title, patient.story, scan), patient.record)


def start_tour(session: Session, key: str, tour: Tour) -> None:
    """Open a demo patient afresh for a guided tour, and have it analysed without being asked."""
    if not session.busy:
        session.choice = key
        open_demo(session, key)
        session.tour, session.start = tour, True


@st.cache_resource(show_spinner=False, max_entries=len(DEMO_PATIENTS))
def demo_scan(key: str) -> Scan:
    """A demo patient's scan, shared between users: it is nobody's, and can't be written to."""
    return demo_patients()[key].make_scan()
