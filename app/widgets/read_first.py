"""Read first: the doctor commits to an estimate of their own before anything of the model's answer is shown."""

import streamlit as st

from adcore.predict import Category
from adcore.reading import ReaderNote
from app.state.keys import FIRST_KEYS, READ_FIRST_KEY
from app.state.session import Session

NO_WORD = "no word"
NO_ESTIMATE = "no estimate"
CHANCES: tuple[int | None, ...] = (None, *range(101))
"""Percent; none comes first, so that nobody commits to a number by accident."""


def read_first_toggle(session: Session) -> None:
    """Whether to read first; kept across pages, and fixed while an answer waits for the estimate."""
    st.toggle(
        "Read first",
        key=READ_FIRST_KEY,
        disabled=session.sealed is not None,
        help="You estimate before the model's answer, its maps and its branches are shown. The analysis may run meanwhile. "
        "It holds for scans whose answer you have not seen yet.",
    )


def ask_first(session: Session) -> None:
    """Ask for the estimate; committing it shows the answer, if there is one by then."""
    with st.form(f"{FIRST_KEYS}form"):
        waits = (
            "The model's answer is ready and waits for yours."
            if session.sealed
            else "The model's answer stays hidden until then."
        )
        st.markdown(f"**Your own reading comes first.** {waits}")
        chance = st.select_slider(
            "How likely is impairment (CDR above 0)? Leave it on the left to give no estimate.",
            CHANCES,
            format_func=lambda percent: NO_ESTIMATE if percent is None else f"{percent} %",
            key=f"{FIRST_KEYS}chance",
        )
        word = st.radio("In a word", [NO_WORD, *Category], horizontal=True, key=f"{FIRST_KEYS}word")
        committed = st.form_submit_button("Commit", type="primary", width="stretch")
        st.caption("Once committed it stands: after the answer was shown it can't be changed.")
    if committed:
        session.commit(ReaderNote.first(None if chance is None else chance / 100, None if word == NO_WORD else str(word)))
        st.rerun()
