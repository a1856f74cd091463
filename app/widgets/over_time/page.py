"""The page over time as a whole."""

import streamlit as st

from adcore.errors import AdcoreError
from adcore.longitudinal.follow import follow
from app.runtime import runtime
from app.state.keys import COMPARE_KEY
from app.state.session import Session
from app.widgets.over_time.intake import add_visits, complete, visits_key
from app.widgets.over_time.result import show_course
from app.widgets.progress import watch


def show_over_time(session: Session) -> None:
    """Ask for visits, compare them when told to, show their course while it answers what the page holds."""
    timeline = session.timeline
    st.title("Over time")
    st.markdown(
        "Several scans of one patient: what the model says at each visit, how fast volumes change, and where pictures differ, "
        "each beside what two scans of an unchanged person differ by."
    )
    with st.expander("Visits", expanded=timeline.course is None):
        add_visits(session)
    if timeline.notice:
        st.warning(timeline.notice, icon=None)
    _compare(session)
    if timeline.course is not None:
        try:
            show_course(timeline, *timeline.course)
        except AdcoreError as error:
            st.warning(str(error), icon=None)


def _compare(session: Session) -> None:
    timeline = session.timeline
    if timeline.course is None:
        few = len(timeline.planned) < 2
        if st.button("Compare the visits", key=COMPARE_KEY, type="primary", disabled=timeline.job is not None or few):
            timeline.notice = None
            try:
                planned = complete(timeline.planned)
                with st.spinner("Loading the model"):
                    timeline.job = runtime().queue(
                        session.id, visits_key(planned), lambda predictor, tell: follow(planned, predictor, on_step=tell)
                    )
            except AdcoreError as error:
                timeline.notice = str(error)
            st.rerun()
        if few:
            st.caption("Add two visits or more.")
    if timeline.job is not None:
        job = timeline.job
        watch(job)
        timeline.job = None
        try:
            timeline.course = (job.key, job.result())
        except AdcoreError as error:
            timeline.notice = str(error)
        st.rerun()
