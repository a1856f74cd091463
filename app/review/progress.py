"""The button that starts an analysis, and what the review page does while it runs."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from app.audit import record_answer
from app.jobs import Job
from app.runtime import runtime
from app.shared.progress import watch
from app.state.keys import ANALYSE_KEY, CANCEL_KEY
from app.state.review import Result
from app.state.session import Session


def analyse_button(session: Session, record: ClinicalRecord) -> None:
    """Start an analysis when the button is pressed or a guided tour asks for it, and follow it; reruns the page at its end."""
    study = session.study
    pressed = st.button("Analyse", key=ANALYSE_KEY, type="primary", width="stretch", disabled=session.busy or study is None)
    if (pressed or session.start) and study is not None and not session.busy:
        session.notice = None
        session.start = False
        try:
            with st.spinner("Loading the model"):
                known = session.cases.answer(runtime().key(study.scan, record))
                session.job = None if known else runtime().start(session.id, study.scan, record)
            if known:
                record_answer(known.analysis)
                session.receive(known)
        except AdcoreError as error:
            session.notice = str(error)
        st.rerun()
    follow_job(session)


def follow_job(session: Session) -> None:
    """Follow what runs for this session, if anything does; reruns the page at its end."""
    if session.job is not None:
        _follow(session, session.job)
        st.rerun()


def _follow(session: Session, job: Job[Analysis]) -> None:
    """Show the stages until the job ends, then keep its result or its error."""
    watch(job, CANCEL_KEY)
    session.job = None
    try:
        result = Result(job.key, job.result())
        record_answer(result.analysis)
        session.receive(result)
    except AdcoreError as error:
        session.notice = str(error)
