"""The follow-up page as a whole."""

import streamlit as st

from adcore.errors import AdcoreError
from app.audit import record_answer
from app.follow_up.intake import add_visits, visits_key
from app.follow_up.patient import complete
from app.follow_up.result import show_course
from app.runtime import runtime
from app.shared.progress import watch
from app.state.keys import CANCEL_COMPARE_KEY, COMPARE_KEY
from app.state.session import Session


def show_follow_up(session: Session) -> None:
    """Ask for visits, compare them on request, and show their course until the visits change."""
    follow_up = session.follow_up
    st.title("Follow-up")
    st.markdown(
        "Several scans of one patient: the probability at each visit, the rate at which volumes change, and where the images "
        "differ, each compared with the variability between two scans of an unchanged subject."
    )
    with st.expander("Visits", expanded=follow_up.course is None):
        add_visits(session)
    if follow_up.notice:
        st.warning(follow_up.notice, icon=None)
    _compare(session)
    if follow_up.course is not None:
        try:
            show_course(follow_up, *follow_up.course)
        except AdcoreError as error:
            st.warning(str(error), icon=None)


def _compare(session: Session) -> None:
    follow_up = session.follow_up
    if follow_up.course is None:
        few = len(follow_up.planned) < 2
        if st.button("Compare the visits", key=COMPARE_KEY, type="primary", disabled=follow_up.job is not None or few):
            follow_up.notice = None
            try:
                planned = complete(follow_up.planned)
                with st.spinner("Loading the model"):
                    follow_up.job = runtime().follow(session.id, visits_key(planned), planned)
            except AdcoreError as error:
                follow_up.notice = str(error)
            st.rerun()
        if few:
            st.caption("Add at least two visits.")
    if follow_up.job is not None:
        job = follow_up.job
        watch(job, CANCEL_COMPARE_KEY)
        follow_up.job = None
        try:
            course = job.result()
            for visit in course.visits:
                record_answer(visit.analysis)
            follow_up.course = (job.key, course)
        except AdcoreError as error:
            follow_up.notice = str(error)
        st.rerun()
