"""Deep links to the review page: the address names a demo patient's key or a scan's pseudonym, never anything else."""

import streamlit as st

from app.review.intake import choose, demo_patients
from app.state.review import Study
from app.state.session import Session

CASE = "case"
STRANGE = (
    "The link names a case that is not in this session, so it can't be opened. Uploaded scans live in the session of whoever "
    "uploaded them, and only until the page is closed: upload the scan again, or choose a demo patient."
)
BUSY = "An analysis is still running, so the linked case was not opened. Wait for it to end, then open the link again."


def follow_link(session: Session) -> None:
    """Open the case that the address asks for, once."""
    asked = st.query_params.get(CASE)
    if asked is None or asked == session.link:
        return
    session.link = asked
    if session.study is not None and asked == link_name(session.study):
        return
    if asked not in demo_patients():
        session.notice = STRANGE
    elif session.busy:
        session.notice = BUSY
    else:
        choose(session, asked)


def write_link(session: Session) -> None:
    """Put the case on the table into the address; without one, nothing stays there."""
    session.link = None if session.study is None else link_name(session.study)
    put_in_address(session.link)


def put_in_address(case: str | None) -> None:
    """Name a case in the page's address, or none."""
    if case is None:
        st.query_params.pop(CASE, None)
    elif st.query_params.get(CASE) != case:
        st.query_params[CASE] = case


def link_name(study: Study) -> str:
    """A demo patient's key, or the digits of the scan's pseudonym."""
    return study.origin if study.origin in demo_patients() else study.scan.pseudonym.removeprefix("Case ")
