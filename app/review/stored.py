"""A clinic's stored cases on the review page: each shows what is kept of it, and opens with its scan where that is at hand."""

from typing import TYPE_CHECKING

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from app.audit import AuditEvent, record
from app.quota import require_room
from app.shared.patients import UPLOAD
from app.state.cases import ANSWER_BYTES
from app.state.keys import OPEN_KEYS
from app.state.review import Study
from app.state.session import Session
from app.store import case_store, is_received, stored_case, stored_cases
from app.stored_case import NO_SCAN, age_and_sex, show_stored_case, when

if TYPE_CHECKING:
    from adcore.store import Case

NO_KEY = "Its scan is kept, but this server has no key to decrypt it. Inform whoever runs this program."


def show_stored(session: Session) -> set[str]:
    """Show this user's stored cases, each with a button for what is kept of it, and one that opens it with its scan.

    Returns:
        their scans (sha256).
    """
    try:
        cases = stored_cases()
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return set()
    if not cases:
        return set()
    st.markdown("**Your stored cases**")
    with st.container(key="stored"):
        for case in cases:
            _row(case, session)
    return {case.scan_sha256 for case in cases}


def stored_line(case: "Case") -> str:
    """'**Case 30C0-7D2F** · 75 years, female · inconclusive · 2026-11-30 14:05 UTC · with your note', or '· received'."""
    facts = [f"**{case.pseudonym}**"]
    if case.answers:
        facts += [age_and_sex(case), case.answers[-1].category or "no probability"]
    return " · ".join(
        [*facts, when(case.changed), *(["with your note"] if case.notes else []), *(["received"] if is_received(case) else [])]
    )


def open_stored(case: "Case", session: Session) -> None:
    """Open a case with its scan and its last fields: from this session if it is still here, otherwise anew from the store.

    Its scan is analysed once more, since maps are not kept; the answer of the same model to the same fields is the same.
    """
    kept = session.cases.of_scan(case.scan_sha256)
    if kept is not None:
        session.reopen(kept)
        return
    try:
        require_room(None, ANSWER_BYTES)
        store = case_store()
        scan = store.scan(case) if store else None
        if scan is None:
            session.notice = NO_KEY if case.scan_kept else NO_SCAN
            return
        record(AuditEvent.OPEN, case.pseudonym)
        fields = session.recall(scan)
    except AdcoreError as error:
        session.notice = str(error)
        return
    session.choice = UPLOAD
    session.open_study(Study(f"stored {scan.sha256}", "", "", scan), ClinicalRecord(**fields) if fields else None)
    session.start = bool(fields)


def _row(case: "Case", session: Session) -> None:
    line, details, opening = st.columns([4, 1, 1], vertical_alignment="center")
    line.markdown(stored_line(case))
    if details.button("Details", key=f"{OPEN_KEYS}details_{case.id}", width="stretch", disabled=session.busy):
        _look(case, session)
    at_hand = case.scan_kept or session.cases.of_scan(case.scan_sha256) is not None
    if at_hand and opening.button("Open", key=f"{OPEN_KEYS}stored_{case.id}", width="stretch", disabled=session.busy):
        open_stored(case, session)
        st.rerun()
    if session.looked_at == case.scan_sha256:
        _show_details(case, session)


def _look(case: "Case", session: Session) -> None:
    """Show a case's details, or fold them up again."""
    if session.looked_at == case.scan_sha256:
        session.looked_at = None
        return
    try:
        record(AuditEvent.OPEN, case.pseudonym)
        session.looked_at = case.scan_sha256
    except AdcoreError as error:
        st.warning(str(error), icon=None)


def _show_details(case: "Case", session: Session) -> None:
    try:
        whole = stored_case(case.scan_sha256)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    if whole is None:  # erased meanwhile, in another tab
        return
    show_stored_case(whole, session)
