"""The reader's note on an answer: agree, disagree or undecided, why, and their own estimate."""

import html

import streamlit as st

from adcore.reading import ReaderNote
from app.state.keys import NOTE_KEYS
from app.state.session import Session

VERDICTS = {"I agree": True, "I disagree": False, "Undecided": None}


def show_note(session: Session) -> None:
    """Show the note on this scan, and let the reader write it. It goes with the downloads."""
    if session.study is None:
        return
    note = session.note
    st.markdown("### Your note")
    if note is not None and note.before_model:
        st.html(
            f'<p class="adcore-note">Before the answer was shown you said: {html.escape(_first_words(note))}. This stands.</p>'
        )
    scan = session.study.scan.sha256[:8]
    with st.form(f"{NOTE_KEYS}form_{scan}"):
        verdict = st.radio(
            "The model's answer",
            list(VERDICTS),
            index=2 if note is None else list(VERDICTS.values()).index(note.agrees),
            horizontal=True,
            key=f"{NOTE_KEYS}agrees_{scan}",
        )
        why = st.text_area(
            "Why", note.why if note else "", max_chars=2000, height=80, key=f"{NOTE_KEYS}why_{scan}", help="No names, please."
        )
        estimate = note.estimate if note else None
        if note is None or not note.before_model:
            percent = st.number_input(
                "My own estimate now (%, 0 to 100)",
                0.0,
                100.0,
                value=None if estimate is None else 100 * estimate,
                step=1.0,
                format="%g",
                placeholder="none",
                key=f"{NOTE_KEYS}estimate_{scan}",
                help="Kept as given after the answer was shown. Leave empty to give none.",
            )
            estimate = None if percent is None else percent / 100
        if st.form_submit_button("Keep the note", width="stretch"):
            agrees = VERDICTS[verdict]
            session.write(note.revised(agrees, why, estimate) if note else ReaderNote.afterwards(agrees, why, estimate))
            st.rerun()
    if note is not None and (note.why or note.agrees is not None or note.estimate is not None):
        st.caption(f"Kept in this session and in the downloads; last changed {note.created[:16].replace('T', ' ')} UTC.")


def _first_words(note: ReaderNote) -> str:
    parts = [] if note.estimate is None else [f"{100 * note.estimate:.0f} %"]
    return ", ".join(parts + ([f"'{note.word}'"] if note.word else []))
