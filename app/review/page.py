"""The review page as a whole."""

import streamlit as st

from adcore.viewer.apart import apart
from adcore.viewer.payload import viewer_payload
from app.review.answer import show_answer
from app.review.bar import show_bar
from app.review.first_screen import ask_and_answer
from app.review.link import follow_link, write_link
from app.shared.tour import show_tour
from app.shared.tour_steps import REVIEW
from app.shared.viewer import show_viewer
from app.state.session import Session


def show_review(session: Session) -> None:
    """Show the patient's bar; once a patient is open, form and answer on the left, the scan on the right."""
    follow_link(session)
    show_bar(session)
    write_link(session)
    if session.study is not None:
        st.set_page_config(page_title=f"{session.study.title or session.study.scan.pseudonym} · Review · adcore")
    if session.study is not None:
        tour, answers = st.container(), session.result is not None
        if not answers:
            with tour:
                show_tour(session, REVIEW)
        # The style sheet lays them out: the scan beside the others, or between them on a narrow screen.
        first, scan, behind = st.container(key="review").columns(3)
        with scan:  # first, since a running analysis holds what comes after it
            _show_scan(session)
        with first:
            answered = ask_and_answer(session)
        if answers:
            with tour:  # it names the answer
                show_tour(session, REVIEW)
        if answered is not None:
            with behind:
                show_answer(*answered, session)


def _show_scan(session: Session) -> None:
    """The scan in the viewer, with the saliency maps once it is analysed; packed once for each scan and analysis."""
    study = session.study
    if study is None:
        return
    key = (study.scan.sha256, session.result.shown if session.result else "")
    if session.payload is None or session.payload[0] != key:
        session.payload = (key, apart(viewer_payload(study.scan, session.result.analysis if session.result else None)))
    session.radiological = show_viewer(session.payload[1])
