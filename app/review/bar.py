"""The bar on top of a review: patient, model, quality checks, and the choice of another patient."""

import html

import streamlit as st

from adcore.errors import AdcoreError
from app.review.checks import checks_in_brief, checks_table
from app.review.form import age_and_sex, scanned_on
from app.review.intake import choose_patient
from app.runtime import runtime
from app.state.session import Session


def show_bar(session: Session) -> None:
    """Show the bar; before a patient is chosen, show the choices in its place."""
    study = session.study
    if study is None:
        st.title("Review a patient")
        notice = st.container()  # above the choices, where it is seen
        choose_patient(session, pictures=True)
        if session.study is not None:
            st.rerun()
        if session.notice:
            notice.warning(session.notice, icon=None)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="bar", gap="small"):
        name, person, model = (html.escape(fact) for fact in (study.scan.pseudonym, age_and_sex(session), _model()))
        title, scanned = (f"<span>{html.escape(fact)}</span>" if fact else "" for fact in (study.title, scanned_on(study.scan)))
        heading = f'<span role="heading" aria-level="1">{name}</span>'
        inner = f'{heading}{title}<span>{person}</span>{scanned}<span class="model">{model}</span>'
        st.html(f'<div class="adcore-bar" role="group" aria-label="Patient and model">{inner}</div>', width="stretch")
        if session.checks:
            with st.popover(checks_in_brief(session.checks)):
                checks_table(session.checks)
        else:
            st.html('<span class="adcore-unchecked">Scan checks: after the analysis</span>', width="content")
        with st.popover("Change patient"):
            choose_patient(session, pictures=False)
    if session.study is not study:
        st.rerun()
    if session.notice:
        st.warning(session.notice, icon=None)


def _model() -> str:
    try:
        card = runtime().predictor().card
    except AdcoreError:
        return "no model"
    return f"model {card.name}, version {card.version}"
