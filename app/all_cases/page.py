"""All cases: whose they are by pseudonym, what is kept of each, and the way to hand it over or erase it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from adcore.audit import user_pseudonym
from adcore.errors import AdcoreError
from app.audit import AuditEvent, record
from app.state.keys import ALL_CASES_KEY
from app.state.session import Session
from app.store import case_store, is_received
from app.stored_case import age_and_sex, show_stored_case, when

if TYPE_CHECKING:
    from adcore.store import Case, CaseStore

MOST_SHOWN = 1000
ABOUT = (
    "Every case that this clinic keeps, of every user, the one last changed first. Users stand here by the pseudonym that the "
    "audit trail calls them by; `adcore audit user` tells a name's. What you open here is recorded."
)


def show_all_cases(session: Session) -> None:
    """Show the cases in a table; a selected one below it, with what is kept of it."""
    st.title("All cases")
    st.markdown(ABOUT)
    try:
        store = case_store()
        cases = store.cases(limit=MOST_SHOWN) if store else []
        chosen = _choose(cases)
        if store and chosen is not None:
            _show(store, chosen, session)
    except AdcoreError as error:
        st.warning(str(error), icon=None)


def _choose(cases: "Sequence[Case]") -> "Case | None":
    """Show the table; the selected case."""
    if not cases:
        st.info("No case is kept.", icon=None)
        return None
    if len(cases) == MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN} cases last changed; `adcore store list` lists all.")
    key = f"{ALL_CASES_KEY}_{hash(tuple(case.id for case in cases))}"  # another list drops the selected row
    picked = st.dataframe(_table(cases), hide_index=True, key=key, on_select="rerun", selection_mode="single-row")
    rows = picked["selection"]["rows"]
    return cases[rows[0]] if rows else None


def _table(cases: "Sequence[Case]") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Case": [case.pseudonym.removeprefix("Case ") for case in cases],
            "User": ["received" if is_received(case) else user_pseudonym(case.owner).removeprefix("User ") for case in cases],
            "Last changed": [when(case.changed) for case in cases],
            "Patient": [age_and_sex(case) if case.answers else "" for case in cases],
            "Answers": [len(case.answers) for case in cases],
            "Notes": [len(case.notes) for case in cases],
            "Files handed out": [len(case.files) for case in cases],
            "Scan kept": ["yes" if case.scan_kept else "no" for case in cases],
        }
    )


def _show(store: "CaseStore", case: "Case", session: Session) -> None:
    if session.looked_at != f"{case.owner} {case.scan_sha256}":
        record(AuditEvent.OPEN, case.pseudonym)
        session.looked_at = f"{case.owner} {case.scan_sha256}"
    whole = store.case(case.owner, case.scan_sha256)
    if whole is not None:  # else erased meanwhile
        show_stored_case(whole, session)
