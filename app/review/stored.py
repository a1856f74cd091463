"""A clinic's stored cases on the review page: each shows what is kept of it, and opens with its scan where that is at hand."""

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from adcore.predict import Category
from adcore.report.wording import HEADLINES, REFUSED
from adcore.words import points_interval
from app.audit import AuditEvent, record
from app.files import FileOffer, show_file_buttons
from app.review.form import summary
from app.shared.patients import UPLOAD
from app.state.keys import ERASE_KEY, ERASE_SURE_KEY, OPEN_KEYS
from app.state.review import Study
from app.state.session import Session
from app.store import case_store, stored_case, stored_cases

if TYPE_CHECKING:
    from adcore.store import Answer, Case

NO_KEY = "Its scan is kept, but this server has no key to decrypt it. Inform whoever runs this program."
NO_SCAN = "Its scan is not kept. Upload the scan again to see it with the maps: its fields and your note come back by themselves."


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
    """'**Case 30C0-7D2F** · 75 years, female · inconclusive · 2026-11-30 14:05 UTC · with your note'."""
    facts = [f"**{case.pseudonym}**"]
    if case.answers:
        kept = ClinicalRecord(**case.answers[-1].record)
        years = "age unknown" if kept.age_years is None else f"{kept.age_years:g} years"
        facts += [f"{years}, {kept.sex.word if kept.sex else 'sex unknown'}", case.answers[-1].category or "no probability"]
    return " · ".join([*facts, _when(case.changed), *(["with your note"] if case.notes else [])])


def open_stored(case: "Case", session: Session) -> None:
    """Open a case with its scan and its last fields: from this session if it is still here, otherwise anew from the store.

    Its scan is analysed once more, since maps are not kept; the answer of the same model to the same fields is the same.
    """
    kept = session.cases.of_scan(case.scan_sha256)
    if kept is not None:
        session.reopen(kept)
        return
    try:
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
    with st.container(border=True):
        _details(whole, session)


def _details(case: "Case", session: Session) -> None:
    for answer in reversed(case.answers):
        st.markdown(_answer_in_words(answer))
    if case.notes:
        st.markdown("**Your notes**\n\n" + "\n".join(f"- {_note_in_words(note.content)}" for note in reversed(case.notes)))
    if case.files:
        st.markdown("**Files handed out**\n\n" + "\n".join(f"- {file.name}, {_when(file.written)}" for file in case.files))
    if not case.scan_kept:
        st.caption(NO_SCAN)
    name = f"adcore-{case.scan_sha256[:8]}-kept.json"
    session.stored_offers.replace(
        [FileOffer("All that is kept (JSON)", name, "application/json", partial(_as_json, case), case.scan_sha256)]
    )
    show_file_buttons(session.stored_offers, key="stored_files")
    sure = st.checkbox("Erase this case for good, with all that is kept of it", key=f"{ERASE_SURE_KEY}{case.id}")
    if st.button("Erase", key=ERASE_KEY, disabled=not sure):
        _erase(case, session)


def _erase(case: "Case", session: Session) -> None:
    try:
        store = case_store()
        if store is not None:
            record(AuditEvent.ERASE, case.pseudonym)
            store.erase(case)
        session.forget(case.scan_sha256)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
    else:
        st.rerun()


def _as_json(case: "Case") -> bytes:
    from adcore.store.export import case_json

    return json.dumps(case_json(case), indent=1).encode()


def _answer_in_words(answer: "Answer") -> str:
    """The answer as its headline, what it was made from, and why."""
    fused = answer.document["fused"]
    said = HEADLINES[Category(answer.category)] if answer.category else REFUSED
    number = f" · {points_interval(fused['probability'], fused['low'], fused['high'])} probability of impairment" if fused else ""
    reasons = " ".join(reason["sentence"] for reason in answer.document["reasons"])
    made = f"{answer.model_name}, adcore {answer.adcore_version}, {_when(answer.answered)}"
    fields = summary(ClinicalRecord(**answer.record))
    return "  \n".join(line for line in (f"**{said}**{number}", reasons, f"{fields}", f":small[{made}]") if line)


def _note_in_words(note: dict[str, Any]) -> str:
    agrees = {True: "I agree", False: "I disagree", None: "Undecided"}[note["agrees"]]
    estimate = [] if note["estimate"] is None else [f"estimate {100 * note['estimate']:.0f}%"]
    blinded = ["before the answer"] if note["before_model"] else []
    return ", ".join([agrees, *estimate, *blinded, _when(note["created"])]) + (f": {note['why']}" if note["why"] else "")


def _when(time: str) -> str:
    """'2026-11-30 14:05 UTC' of a time in ISO 8601."""
    return f"{time[:16].replace('T', ' ')} UTC"
