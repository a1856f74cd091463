"""What comes first on the review page: the answer with the findings, above the clinical fields and the start button."""

from dataclasses import replace

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from adcore.model.card import ModelCard
from app.review.blinded_read import ask_estimate, blinded_read_toggle
from app.review.findings import show_findings
from app.review.form import clinical_form
from app.review.header import confirm_header
from app.review.headline import show_headline
from app.review.progress import analyse_button, answer_at_once, follow_job
from app.runtime import runtime
from app.shared.fields import summary
from app.state.prevalence import own_prevalence
from app.state.review import Result
from app.state.session import Session


def ask_and_answer(session: Session) -> tuple[Analysis, ModelCard] | None:
    """Ask for the clinical fields, run the analysis on request, show its answer above them, which follows them from then on.

    Returns:
        what is shown of it, for the rest of the page; None while there is no answer to these fields.
    """
    try:
        card = runtime().predictor().card
        own_prevalence()  # refused here if whoever runs the program set no share
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return None
    answered = session.result or session.sealed
    above, asked = st.container(), st.container()
    work = st.empty()  # at one place in every run, so that an answer replaces what told of its progress
    with asked:
        record = _ask(session, card, expanded=answered is None)
    if record is None:
        return None
    if answered is None:
        with work.container():
            analyse_button(session, record)
        return None
    if not _answers(session, answered, record):
        with above:
            answered = answer_at_once(session, answered, record)
    if answered is None or session.result is None:
        return None
    analysis = replace(answered.analysis, record=record)
    with above:
        show_headline(analysis)
        show_findings(analysis, radiological=session.radiological)
        follow_job(session)  # other maps of this answer
    return analysis, card


def _ask(session: Session, card: ModelCard, *, expanded: bool) -> ClinicalRecord | None:
    """Ask for the fields and what hangs on them; None while a field has a value outside its range."""
    with st.expander("Clinical fields", expanded=expanded):
        record = clinical_form(session, card)
    if record is None:
        st.markdown("A field has a value outside its range, so there is nothing to analyse yet. What you typed is kept.")
        return None
    st.caption(summary(record))
    record = confirm_header(session, record)
    if session.result is None:
        blinded_read_toggle(session)
    else:
        st.empty()  # in its place, which would fade only once the whole page is drawn
    if session.awaits_estimate:
        ask_estimate(session, card.label.outcome)
    return record


def _answers(session: Session, answered: Result, record: ClinicalRecord) -> bool:
    """Whether the last result was made from the inputs now on the page."""
    return session.study is not None and answered.key == runtime().key(session.study.scan, record)
