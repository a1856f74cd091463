"""Blinded read: the reader commits an estimate of their own before any of the model's answer is shown."""

import streamlit as st

from adcore.case.reader_note import ReaderNote
from adcore.errors import AdcoreError
from adcore.predict import Category
from app.state.keys import BLINDED_READ_KEY, COMMIT_KEY, estimate_key
from app.state.session import Session

NO_CATEGORY = "no category"
NO_ESTIMATE = "no estimate"
PERCENTAGES: tuple[int | None, ...] = (None, *range(101))
"""None comes first, so that nobody commits a number by accident."""


def blinded_read_toggle(session: Session) -> None:
    """Show the switch for a blinded read; kept across pages, and locked while an answer waits for the estimate."""
    st.toggle(
        "Blinded read",
        key=BLINDED_READ_KEY,
        disabled=session.sealed is not None,
        help="You commit your own estimate before the model's answer, maps and branches are shown. The analysis can run "
        "meanwhile. This applies to scans whose answer you have not seen.",
    )


def ask_estimate(session: Session, outcome: str) -> None:
    """Ask for the estimate, a draft kept with its scan; committing it shows the answer if there is one by then.

    Args:
        outcome: what a probability is of: 'impairment (CDR above 0)'.
    """
    if session.study is None:
        return
    scan = session.study.scan.sha256
    with st.container(border=True):
        state = (
            "The model's answer is ready and will be shown after your estimate."
            if session.sealed
            else "The model's answer will be shown after your estimate."
        )
        st.markdown(f"**Blinded read: your estimate first.** {state}")
        st.select_slider(
            f"How likely is {outcome}? Leave the slider on the left to give no estimate.",
            PERCENTAGES,
            format_func=lambda percent: NO_ESTIMATE if percent is None else f"{percent}%",
            key=estimate_key("chance", scan),
            persist_state="session",
        )
        categories = [NO_CATEGORY, *Category]
        st.radio("Category", categories, horizontal=True, key=estimate_key("category", scan), persist_state="session")
        nothing = _drafted(scan) == (None, None)
        session.drafting(scan, unsaved=not nothing)
        without = "Show the answer" if session.sealed else "Continue"
        label = f"{without} without an estimate" if nothing else "Commit"
        st.button(label, key=COMMIT_KEY, type="primary", width="stretch", on_click=_commit, args=(session, scan))
        st.caption(
            "Without one, no estimate of yours can be recorded as given before the answer."
            if nothing
            else "A committed estimate is final: it can't be changed after the answer is shown."
        )


def _drafted(scan: str) -> tuple[int | None, str | None]:
    """Chance in percent and category as they stand in the widgets."""
    chance, category = (st.session_state.get(estimate_key(field, scan)) for field in ("chance", "category"))
    return chance, None if category == NO_CATEGORY else category


def _commit(session: Session, scan: str) -> None:
    chance, category = _drafted(scan)
    note = ReaderNote.first(None if chance is None else chance / 100, None if category is None else str(category))
    try:
        session.commit(note)
    except AdcoreError as error:
        session.notice = str(error)
    else:
        session.drafting(scan, unsaved=False)
