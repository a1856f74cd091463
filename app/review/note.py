"""The reader's note on an answer: agreement, reason, and their own estimate.

What is typed is a draft: it stays with its scan over a page switch, and becomes the note when the reader saves it.
"""

import html

import streamlit as st

from adcore.case.reader_note import ReaderNote
from adcore.errors import AdcoreError
from app.shared.numbers import number_in, range_refusal, typed_number
from app.state.keys import SAVE_NOTE_KEY, note_key
from app.state.session import Session
from app.store import is_kept

AGREEMENT = {"I agree": True, "I disagree": False, "Undecided": None}

UNSAVED = "Not saved yet. The draft stays here while you visit other pages; downloads include it only once it is saved."

Draft = tuple[bool | None, str, float | None]
"""The fields that a reader can edit: agreement, reason, and estimate (0 to 1)."""


@st.fragment  # typing redraws the note alone
def show_note(session: Session) -> None:
    """Show and edit the note on this scan. Once saved, it is part of the downloads."""
    if session.study is None:
        return
    note, scan = session.note, session.study.scan.sha256
    st.markdown("### Your note")
    if note is not None and note.before_model:
        st.html(f'<p class="adcore-note">Your blinded read, now final: {html.escape(_blinded_read(note))}.</p>')
    with st.container(border=True):
        _ask(note, scan)
        refusal = _refusal(note, scan)
        if refusal is not None:
            st.markdown(refusal)
        disabled = refusal is not None
        st.button("Save the note", key=SAVE_NOTE_KEY, width="stretch", on_click=_save, args=(session, scan), disabled=disabled)
    unsaved = _draft(note, scan) != _as_draft(note)
    session.drafting(scan, unsaved=unsaved)
    if unsaved:
        st.html(f'<p class="adcore-beneath" data-unsaved="draft">{UNSAVED}</p>')
    elif note is not None and _as_draft(note) != _as_draft(None):
        mark = ' data-unsaved="note"' if session.unsaved([scan]) else ""  # until a download holds it
        where = "case store" if session.study and is_kept(session.study.scan) else "session"
        saved = f"Saved in this {where} and included in downloads; last changed {note.created[:16].replace('T', ' ')} UTC."
        st.html(f'<p class="adcore-beneath"{mark}>{saved}</p>')


def _ask(note: ReaderNote | None, scan: str) -> None:
    agrees, why, percent = (note_key(field, scan) for field in ("agrees", "why", "percent"))
    opinion, reason, estimate = _as_draft(note)  # of a note from the store, the widgets know nothing yet
    st.session_state.setdefault(agrees, next(word for word, value in AGREEMENT.items() if value is opinion))
    st.session_state.setdefault(why, reason)
    st.session_state.setdefault(percent, "" if estimate is None else f"{100 * estimate:g}")
    st.radio("The model's answer", list(AGREEMENT), horizontal=True, key=agrees, persist_state="session")
    st.text_area("Reason", max_chars=2000, height=80, key=why, help="Please enter no names.", persist_state="session")
    if note is None or not note.before_model:
        st.text_input(
            "My estimate now (%, 0 to 100)",
            placeholder="none",
            key=percent,
            help="Recorded as given after the answer was shown. Leave empty to give none.",
            persist_state="session",
        )


def _refusal(note: ReaderNote | None, scan: str) -> str | None:
    """Why the estimate typed can't be saved."""
    if note is not None and note.before_model:
        return None
    return range_refusal(number_in(st.session_state.get(note_key("percent", scan))), 0, 100)


def _save(session: Session, scan: str) -> None:
    draft = _draft(session.note, scan)
    try:
        session.write(session.note.revised(*draft) if session.note else ReaderNote.afterwards(*draft))
        session.notice = None
    except AdcoreError as error:
        session.notice = str(error)


def _draft(note: ReaderNote | None, scan: str) -> Draft:
    """The values in the widgets; the estimate of a blinded read stays as committed."""
    percent = typed_number(note_key("percent", scan))
    estimate = None if percent is None else percent / 100
    return (
        AGREEMENT[st.session_state[note_key("agrees", scan)]],
        st.session_state[note_key("why", scan)],
        note.estimate if note is not None and note.before_model else estimate,
    )


def _as_draft(note: ReaderNote | None) -> Draft:
    return (None, "", None) if note is None else (note.agrees, note.why, note.estimate)


def _blinded_read(note: ReaderNote) -> str:
    estimate = [] if note.estimate is None else [f"{100 * note.estimate:.0f}%"]
    return ", ".join(estimate + ([f"'{note.word}'"] if note.word else []))
