"""The right column of the review page: form, start, progress, and the answer while it fits the form."""

import streamlit as st

from adcore.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from app.runtime import runtime
from app.state import Session
from app.widgets.answer import show_answer
from app.widgets.form import clinical_form, summary
from app.widgets.progress import analyse_button


def ask_and_answer(session: Session) -> None:
    """Ask for the clinical fields, run the analysis when told to, show its answer."""
    answered = session.result is not None
    with st.expander("Clinical fields", expanded=not answered):
        try:
            record = clinical_form(session)
        except AdcoreError as error:
            st.warning(str(error), icon=None)
            return
    st.caption(summary(record))
    if answered and _answers(session, record):
        show_answer(session.result.analysis)  # type: ignore[union-attr]
        return
    if answered and not session.busy:
        st.markdown("The fields have changed since the last answer. Analyse again.")
    analyse_button(session, record)


def _answers(session: Session, record: ClinicalRecord) -> bool:
    """Whether the last result is the answer to what the page shows now."""
    if session.result is None or session.study is None:
        return False
    return session.result.key == runtime().key(session.study.scan, record)
