"""Starting an analysis, and showing its stages while it runs off the page thread."""

import time
from typing import Any

import streamlit as st

from adcore.analysis import Analysis
from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from app.runtime import Job, runtime
from app.state.keys import ANALYSE_KEY
from app.state.review import Result
from app.state.session import Session

POLL_SECONDS = 0.1


def analyse_button(session: Session, record: ClinicalRecord) -> None:
    """Start an analysis when asked, or when a guided case wants it, then follow it; reruns the page when it ends."""
    study = session.study
    pressed = st.button("Analyse", key=ANALYSE_KEY, type="primary", width="stretch", disabled=session.busy or study is None)
    if (pressed or session.start) and study is not None and not session.busy:
        session.notice = None
        session.start = False
        try:
            with st.spinner("Loading the model"):
                session.job = runtime().start(session.id, study.scan, record)
        except AdcoreError as error:
            session.notice = str(error)
        st.rerun()
    if session.job is not None:
        _follow(session, session.job)
        st.rerun()


def watch(job: Job[Any]) -> None:
    """Show the stages until the job ends."""
    began = time.monotonic()
    shown = 0
    with st.status("Waiting for the analyses before this one", expanded=True) as status:
        while True:
            done = job.done
            steps = tuple(job.steps)
            for step in steps[shown:]:
                st.write(step)
            shown = len(steps)
            if steps:
                status.update(label=f"{steps[-1]} · {time.monotonic() - began:.0f} s", expanded=True)
            if done:
                break
            time.sleep(POLL_SECONDS)


def _follow(session: Session, job: Job[Analysis]) -> None:
    """Show the stages until the job ends, and keep what came of it."""
    watch(job)
    session.job = None
    try:
        session.take(Result(job.key, job.result()))
    except AdcoreError as error:
        session.notice = str(error)
