"""The button that starts an analysis, what the review page does while it runs, and the answer to changed fields at once."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import SourceFormat
from adcore.errors import AdcoreError
from app.audit import record_answer
from app.jobs import Job
from app.runtime import runtime
from app.shared.progress import watch
from app.state.keys import ANALYSE_KEY, CANCEL_KEY
from app.state.review import Result, Study
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
                known = _known(session, study)
                if known is None:
                    session.job = runtime().start(session.id, study.scan, record)
                else:
                    _receive(session, _with_fields(known, record))
        except AdcoreError as error:
            session.notice = str(error)
        st.rerun()
    follow_job(session)


def answer_at_once(session: Session, answered: Result, record: ClinicalRecord) -> Result | None:
    """The answer to other fields, from what the networks read of the scan; None where there is none, which is said.

    It reruns the page where the scan now shows other maps, or none.
    """
    try:
        result = _with_fields(answered, record)
        _receive(session, result)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return None
    if session.result is not None and result.shown != answered.shown:
        st.rerun()
    return result


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
        if result.analysis.prepared.scan.source_format is SourceFormat.SYNTHETIC:
            runtime().demo_answers.setdefault(result.analysis.prepared.scan.sha256, result.analysis)
        _receive(session, result)
    except AdcoreError as error:
        session.notice = str(error)


def _known(session: Session, study: Study) -> Result | None:
    """An answer of this scan: this session's, or that of a demo patient, which may be another's."""
    kept = session.cases.of_scan(study.scan.sha256)
    if kept is not None:
        return kept.result
    demo = runtime().demo_answers.get(study.scan.sha256)
    return None if demo is None else Result(runtime().key(study.scan, demo.record), demo)


def _with_fields(answered: Result, record: ClinicalRecord) -> Result:
    """The answer of the same scan to these fields, made again where they are others."""
    key = runtime().key(answered.analysis.prepared.scan, record)
    return answered if answered.key == key else Result(key, runtime().answer_again(answered.analysis, record))


def _receive(session: Session, result: Result) -> None:
    """Record an answer, keep it and show it, in this order.

    Raises:
        AdcoreError: it could not be recorded or kept, so it is not shown.
    """
    record_answer(result.analysis)
    session.receive(result)
