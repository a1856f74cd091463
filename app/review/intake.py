"""The choice of the patient on the review page: an upload, a series of the archive, a demo patient, or a case of this session."""

import streamlit as st

from adcore.cohorts.synthetic.patients import DemoPatient
from app.review.form import scanned_on
from app.review.from_pacs import fetch_from_pacs
from app.review.stored import show_stored
from app.review.upload import upload_scan
from app.shared.patients import demo_patients, open_demo, show_picture
from app.state.cases import KeptCase
from app.state.keys import OPEN_KEYS
from app.state.session import Session


def choose_patient(session: Session, *, pictures: bool) -> None:
    """Show the drop zone, the demo patients and this session's cases; keep session.study in step with what is chosen.

    Args:
        pictures: demo patients as cards with pictures; otherwise as buttons.
    """
    if session.study is None and session.choice in demo_patients():  # chosen on another page, or by a link
        open_demo(session, session.choice)
    upload_scan(session)
    fetch_from_pacs(session)
    _cases(session, besides=show_stored(session))
    st.markdown("**Or a synthetic demo patient**")
    patients = tuple(demo_patients().values())
    if pictures:
        for column, patient in zip(st.container(key="demo_patients").columns(len(patients)), patients, strict=True):
            with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
                _card(patient, session)
    else:
        with st.container(horizontal=True):
            for patient in patients:
                _open_button(patient.title, patient, session)


def _card(patient: DemoPatient, session: Session) -> None:
    show_picture(patient)
    st.markdown(f"**{patient.title}**  \n{patient.story}")
    _open_button("Open", patient, session)


def _open_button(label: str, patient: DemoPatient, session: Session) -> None:
    if st.button(label, key=f"{OPEN_KEYS}{patient.key}", width="stretch", disabled=session.busy):
        session.choice = patient.key
        open_demo(session, patient.key)
        st.rerun()


def _cases(session: Session, besides: set[str]) -> None:
    """The cases answered in this session, each with a button that opens it again.

    Args:
        besides: scans (sha256) of cases that are listed already.
    """
    cases = [case for case in session.cases.latest_first() if case.study.scan.sha256 not in besides]
    if not cases:
        return
    st.markdown("**Cases of this session**")
    with st.container(key="cases"):
        for case in cases:
            scan = case.study.scan
            line, button = st.columns([4, 1], vertical_alignment="center")
            line.markdown(case_line(case, noted=scan.sha256 in session.notes))
            if button.button("Open", key=f"{OPEN_KEYS}{scan.sha256}", width="stretch", disabled=session.busy):
                session.reopen(case)
                st.rerun()


def case_line(case: KeptCase, *, noted: bool) -> str:
    """'**Case 30C0-7D2F** · Signs at odds · 75 years, female · inconclusive · 14:05 UTC · with your note', and when scanned."""
    analysis, title = case.result.analysis, case.study.title
    record = analysis.record
    years = "age unknown" if record.age_years is None else f"{record.age_years:g} years"
    sex = "sex unknown" if record.sex is None else record.sex.word
    category = "no probability" if analysis.prediction is None else analysis.prediction.category.value
    facts = (
        f"**{case.study.scan.pseudonym}**",
        title,
        f"{years}, {sex}",
        scanned_on(case.study.scan),
        category,
        f"{case.answered:%H:%M} UTC",
    )
    return " · ".join(fact for fact in (*facts, "with your note" if noted else "") if fact)
