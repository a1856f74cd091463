"""The review page as a whole."""

import streamlit as st

from adcore.viewer.payload import viewer_payload
from app.review.bar import show_bar
from app.review.link import follow_link, write_link
from app.review.right_column import ask_and_answer
from app.review.tour import show_tour
from app.shared.viewer import show_viewer
from app.shared.widgets import chart_row
from app.state.session import Session


def show_review(session: Session) -> None:
    """Show the patient's bar; once a patient is open, the scan on the left, form and answer on the right."""
    follow_link(session)
    show_bar(session)
    write_link(session)
    if session.study is not None:
        show_tour(session)
        left, right = chart_row([3, 2], "review")
        with left:
            _show_scan(session)
        with right:
            ask_and_answer(session)


def _show_scan(session: Session) -> None:
    """The scan in the viewer, with the saliency maps once it is analysed; packed once for each scan and analysis."""
    study = session.study
    if study is None:
        return
    key = (study.scan.sha256, session.result.key if session.result else "")
    if session.payload is None or session.payload[0] != key:
        session.payload = (key, viewer_payload(study.scan, session.result.analysis if session.result else None))
    st.caption(f"{study.title}: {study.scan.pseudonym}")
    show_viewer(session.payload[1])
