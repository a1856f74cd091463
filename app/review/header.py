"""What the scan's header states of age and sex, beside what is typed: told before the answer, and confirmed by the user."""

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.case.stated import difference, minor_sentence
from app.state.keys import header_key
from app.state.session import Session


def confirm_header(session: Session, record: ClinicalRecord) -> ClinicalRecord:
    """Warn where the header states otherwise than the form, and ask for a confirmation.

    Returns:
        the record, confirmed or not; another scan, age or sex has to be confirmed anew.
    """
    if session.study is None:
        return record
    scan = session.study.scan
    sentence = minor_sentence(scan.stated)
    if sentence is not None:
        st.warning(sentence, icon=None)
        return record
    sentence = difference(scan.stated, record)
    if sentence is None:
        return record
    st.warning(f"{sentence} Until one is corrected or confirmed, the answer stays inconclusive.", icon=None)
    confirmed = st.checkbox(
        "Age and sex as entered are right, and this is the patient's scan",
        key=header_key(scan.sha256, record.age_years, record.sex),
        persist_state="session",
    )
    return record.model_copy(update={"header_confirmed": confirmed})
