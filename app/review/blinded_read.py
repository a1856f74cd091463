"""Read first: the doctor commits to an estimate of their own before anything of the model's answer is shown."""

import streamlit as st

from adcore.case.reader_note import ReaderNote
from adcore.predict import Category
from app.state.keys import BLINDED_READ_KEY, COMMIT_KEY, first_key
from app.state.session import Session

NO_WORD = "no word"
NO_ESTIMATE = "no estimate"
CHANCES: tuple[int | None, ...] = (None, *range(101))
"""Percent; none comes first, so that nobody commits to a number by accident."""


def blinded_read_toggle(session: Session) -> None:
    """Whether to read first; kept across pages, and fixed while an answer waits for the estimate."""
    st.toggle(
        "Read first",
        key=BLINDED_READ_KEY,
        disabled=session.sealed is not None,
        help="You estimate before the model's answer, its maps and its branches are shown. The analysis may run meanwhile. "
        "It holds for scans whose answer you have not seen yet.",
    )


def ask_estimate(session: Session) -> None:
    """Ask for the estimate, a draft that stays with its scan; committing it shows the answer, if there is one by then."""
    if session.study is None:
        return
    scan = session.study.scan.sha256
    with st.container(border=True):
        waits = (
            "The model's answer is ready and waits for yours."
            if session.sealed
            else "The model's answer stays hidden until then."
        )
        st.markdown(f"**Your own reading comes first.** {waits}")
        st.select_slider(
            "How likely is impairment (CDR above 0)? Leave it on the left to give no estimate.",
            CHANCES,
            format_func=lambda percent: NO_ESTIMATE if percent is None else f"{percent}%",
            key=first_key("chance", scan),
            persist_state="session",
        )
        words = [NO_WORD, *Category]
        st.radio("In a word", words, horizontal=True, key=first_key("word", scan), persist_state="session")
        st.button("Commit", key=COMMIT_KEY, type="primary", width="stretch", on_click=_commit, args=(session, scan))
        st.caption("Once committed it stands: after the answer was shown it can't be changed.")


def _commit(session: Session, scan: str) -> None:
    chance, word = (st.session_state[first_key(part, scan)] for part in ("chance", "word"))
    session.commit(ReaderNote.first(None if chance is None else chance / 100, None if word == NO_WORD else str(word)))
