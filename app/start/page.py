"""The start page: a tour of one minute, a scan of one's own, the synthetic demo patients, the model's errors and its card."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.shared.patients import UPLOAD, choose, demo_patients, show_picture, start_tour
from app.shared.tour import MINUTE, MINUTE_PATIENT
from app.state.session import Session
from app.state.tour import Tour
from app.user import may_open

REVIEW = "../pages/review.py"


@dataclass(frozen=True)
class Entry:
    """A way into the dashboard: a card with a button that leads to a page."""

    key: str
    title: str
    text: str
    label: str
    page: str


ENTRIES = (
    Entry(
        "start_errors",
        "Explore errors",
        "Which participants the model misclassified, how confident it was, and where the networks looked.",
        "See the errors",
        "../pages/errors.py",
    ),
    Entry(
        "start_card",
        "Read the model card",
        "What the model was trained on, how well it performs beside simple models, and what is not known.",
        "Read the card",
        "../pages/model_card.py",
    ),
)


def show_start(session: Session) -> None:
    """Show what the program does, the ways in, and the demo patients."""
    st.title("A second look for early Alzheimer's disease")
    introduction, _ = st.columns([3, 2])
    introduction.markdown(
        "From a T1-weighted brain MRI and a few clinical fields, two convolutional networks and a clinical model estimate the "
        "probability of impairment (a Clinical Dementia Rating, CDR, above 0), with an interval. The program assists doctors and "
        "does not replace them; an answer may be *inconclusive*."
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Show me, one minute", key="start_minute", type="primary", disabled=session.busy):
            start_tour(session, MINUTE_PATIENT, Tour(MINUTE, playing=True))
            st.switch_page(REVIEW)
        if st.button("Use my scan", key="start_upload"):
            choose(session, UPLOAD)
            st.switch_page(REVIEW)
    st.header("Or open a demo patient")
    st.caption(
        "Synthetic heads, deformed from a brain template: they are nobody's scans, but the answers are the model's own. "
        "'Guide me' analyses one and explains the page in a few steps."
    )
    patients = demo_patients().values()
    columns = st.container(key="demo_patients").columns(len(patients), gap="medium")
    for column, patient in zip(columns, patients, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            show_picture(patient)
            st.markdown(f"**{patient.title}** (synthetic)  \n{patient.story}")
            guided, plain = st.columns([3, 2], gap="small")
            if guided.button("Guide me", key=f"tour_{patient.key}", width="stretch", disabled=session.busy):
                start_tour(session, patient.key, Tour(patient.key))
                st.switch_page(REVIEW)
            if plain.button("Open", key=f"start_{patient.key}", width="stretch"):
                choose(session, patient.key)
                st.switch_page(REVIEW)
    st.header("Or look behind it")
    ways = [entry for entry in ENTRIES if may_open(Path(entry.page).stem)]
    for column, entry in zip(st.columns(len(ways), gap="medium"), ways, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{entry.title}**  \n{entry.text}")
            if st.button(entry.label, key=entry.key, width="stretch"):
                st.switch_page(entry.page)
