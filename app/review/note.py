"""The reader's note on an answer: agree, disagree or undecided, why, and their own estimate.

What is typed is a draft, which stays with its scan over a page switch and becomes the note when the reader keeps it.
"""

import html

import streamlit as st

from adcore.case.reader_note import ReaderNote
from app.state.keys import KEEP_NOTE_KEY, note_key
from app.state.session import Session

VERDICTS = {"I agree": True, "I disagree": False, "Undecided": None}

Draft = tuple[bool | None, str, float | None]
"""What a reader can change of a note: whether they agree, why, and their estimate (0 to 1)."""


@st.fragment  # typing draws the note again, and nothing beside it
def show_note(session: Session) -> None:
    """Show the note on this scan, and let the reader write it. Once kept it goes with the downloads."""
    if session.study is None:
        return
    note, scan = session.note, session.study.scan.sha256
    st.markdown("### Your note")
    if note is not None and note.before_model:
        st.html(
            f'<p class="adcore-note">Before the answer was shown you said: {html.escape(_first_words(note))}. This stands.</p>'
        )
    with st.container(border=True):
        _ask(note, scan)
        st.button("Keep the note", key=KEEP_NOTE_KEY, width="stretch", on_click=_keep, args=(session, scan))
    if _draft(note, scan) != _as_draft(note):
        st.caption("Not kept yet: it stays here when you look at another page, and downloads go without it until you keep it.")
    elif note is not None and _as_draft(note) != _as_draft(None):
        st.caption(f"Kept in this session and in the downloads; last changed {note.created[:16].replace('T', ' ')} UTC.")


def _ask(note: ReaderNote | None, scan: str) -> None:
    agrees, why, percent = (note_key(part, scan) for part in ("agrees", "why", "percent"))
    st.radio("The model's answer", list(VERDICTS), index=2, horizontal=True, key=agrees, persist_state="session")
    st.text_area("Why", max_chars=2000, height=80, key=why, help="No names, please.", persist_state="session")
    if note is None or not note.before_model:
        st.number_input(
            "My own estimate now (%, 0 to 100)",
            0.0,
            100.0,
            value=None,  # without it an emptied field would become 0 instead of none
            step=1.0,
            format="%g",
            placeholder="none",
            key=percent,
            help="Kept as given after the answer was shown. Leave empty to give none.",
            persist_state="session",
        )


def _keep(session: Session, scan: str) -> None:
    draft = _draft(session.note, scan)
    session.write(session.note.revised(*draft) if session.note else ReaderNote.afterwards(*draft))


def _draft(note: ReaderNote | None, scan: str) -> Draft:
    """What stands in the widgets; an estimate from before the answer stands whatever they say."""
    percent = st.session_state.get(note_key("percent", scan))
    estimate = None if percent is None else percent / 100
    return (
        VERDICTS[st.session_state[note_key("agrees", scan)]],
        st.session_state[note_key("why", scan)],
        note.estimate if note is not None and note.before_model else estimate,
    )


def _as_draft(note: ReaderNote | None) -> Draft:
    return (None, "", None) if note is None else (note.agrees, note.why, note.estimate)


def _first_words(note: ReaderNote) -> str:
    parts = [] if note.estimate is None else [f"{100 * note.estimate:.0f}%"]
    return ", ".join(parts + ([f"'{note.word}'"] if note.word else []))
