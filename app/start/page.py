"""The start page: review a scan of one's own, explore the model's errors, read its card, or open a synthetic demo patient."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.shared.patients import UPLOAD, choose, demo_patients, start_tour
from app.state.session import Session
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
        "start_upload",
        "Review a patient",
        "Upload a T1-weighted scan and enter the clinical data you have.",
        "Review a scan of your own",
        REVIEW,
    ),
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
        "probability of impairment (CDR above 0), separately and together, with an interval. You see the scan, whether its "
        "quality is sufficient, and where the networks looked. The program assists doctors and does not replace them; an answer "
        "may be *inconclusive*."
    )
    ways = [entry for entry in ENTRIES if may_open(Path(entry.page).stem)]
    for column, entry in zip(st.columns(len(ways), gap="medium"), ways, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{entry.title}**  \n{entry.text}")
            if st.button(entry.label, type="primary" if entry.page == REVIEW else "secondary", key=entry.key, width="stretch"):
                if entry.page == REVIEW:
                    choose(session, UPLOAD)
                st.switch_page(entry.page)
    st.header("Or open a demo patient")
    st.caption(
        "Synthetic heads, deformed from a brain template: they are nobody's scans, but the answers are the model's own. "
        "'Guide me' analyses one and explains the page in a few steps."
    )
    patients = demo_patients().values()
    columns = st.container(key="demo_patients").columns(len(patients), gap="medium")
    for column, patient in zip(columns, patients, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{patient.title}** (synthetic)  \n{patient.story}")
            guided, plain = st.columns([3, 2], gap="small")
            if guided.button("Guide me", key=f"tour_{patient.key}", type="primary", width="stretch", disabled=session.busy):
                start_tour(session, patient.key)
                st.switch_page(REVIEW)
            if plain.button("Open", key=f"start_{patient.key}", width="stretch"):
                choose(session, patient.key)
                st.switch_page(REVIEW)
