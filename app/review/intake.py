"""The choice of the patient on the review page: a synthetic demo patient, or an uploaded scan."""

import streamlit as st

from app.review.upload import upload_scan
from app.shared.patients import UPLOAD, demo_patients, open_demo
from app.state.keys import CHOICE_KEY
from app.state.session import Session


def choose_patient(session: Session) -> None:
    """Show the choice and keep session.study in step with it."""
    titles = {key: f"{patient.title} (synthetic)" for key, patient in demo_patients().items()} | {UPLOAD: "Upload a T1 scan"}
    st.session_state.setdefault(CHOICE_KEY, session.choice)
    choice = st.selectbox(
        "Patient",
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        placeholder="Choose a demo patient or upload a scan",
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
