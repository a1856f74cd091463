"""The answer had the patient's own hippocampi or ventricles the median volume of their age: computed on demand."""

import streamlit as st

from adcore.analysis import Analysis
from adcore.errors import AdcoreError, NormRangeError
from adcore.volumetry.norms import load_norms
from app.runtime import runtime
from app.state.keys import OTHER_STRUCTURES_KEYS
from app.state.session import Session

OFFERED = {"hippocampus": "hippocampi", "lateral ventricle": "lateral ventricles"}
"""Structures that can be deformed, and how a button names them."""

MEDIAN = "median"


def show_other_structures(analysis: Analysis, session: Session) -> None:
    """Show a button for each structure, and what was found; the reason where norms do not reach this patient."""
    st.markdown("### Had they the median volume of this age")
    try:
        load_norms().check_range(analysis.record.age_years, analysis.record.sex)
    except NormRangeError as error:
        st.caption(str(error))
        return
    for column, (structure, name) in zip(st.columns(len(OFFERED)), OFFERED.items(), strict=True):
        with column:
            st.button(
                name.capitalize(),
                key=f"{OTHER_STRUCTURES_KEYS}{structure}",
                on_click=_ask,
                args=(session, structure),
                help="The scan is deformed, checked and analysed again, which takes as long as an analysis and some seconds.",
            )
    found = analysis.other_structures
    if found is not None:
        st.markdown(found.sentence)
        caption = "The middle one of the networks' slices, before and after. The right one shows nobody."
        st.image(found.picture, caption=caption, alt=f"Two coronal slices. {found.sentence}")
    st.caption("What the model answers about such a picture, not what would become of the patient.")


def _ask(session: Session, structure: str) -> None:
    """Queue the work; the page follows it as it follows an analysis."""
    if session.result is None or session.busy:
        return
    session.notice = None
    try:
        known = session.result
        session.job = runtime().other_structures(session.id, known.key, known.analysis, {structure: MEDIAN})
    except AdcoreError as error:
        session.notice = str(error)
