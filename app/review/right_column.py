"""The right column of the review page: form, start button, progress, and the answer while it matches the form."""

from dataclasses import replace

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from app.review.answer import show_answer
from app.review.blinded_read import ask_estimate, blinded_read_toggle
from app.review.form import clinical_form, summary
from app.review.header import confirm_header
from app.review.progress import analyse_button
from app.runtime import runtime
from app.state.prevalence import own_prevalence
from app.state.review import Result
from app.state.session import Session


def ask_and_answer(session: Session) -> None:
    """Ask for the clinical fields, run the analysis on request, show its answer."""
    answered = session.result or session.sealed
    try:
        card = runtime().predictor().card
        own_prevalence()  # refused here if whoever runs the program set no share
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    with st.expander("Clinical fields", expanded=answered is None):
        record = clinical_form(session, card.age_years)
    if record is None:
        st.markdown("A field has a value outside its range, so there is nothing to analyse yet. What you typed is kept.")
        return
    st.caption(summary(record))
    record = confirm_header(session, record)
    if session.result is None:
        blinded_read_toggle(session)
    if session.awaits_estimate:
        ask_estimate(session)
    if answered and _answers(session, answered, record):
        if session.result is not None:
            show_answer(replace(answered.analysis, record=record), card, session)
        return
    if answered and not session.busy:
        st.markdown("The fields have changed since the last answer. Analyse again.")
    analyse_button(session, record)


def _answers(session: Session, answered: Result, record: ClinicalRecord) -> bool:
    """Whether the last result was made from the inputs now on the page."""
    return session.study is not None and answered.key == runtime().key(session.study.scan, record)
