"""The start page's doors: a scan of one's own, the model's errors, its card, or a synthetic demo patient."""

from dataclasses import dataclass

import streamlit as st

from adcore.cohorts.synthetic import DEMO_PATIENTS
from app.review.intake import UPLOAD, choose, start_tour
from app.state.session import Session

REVIEW = "../pages/review.py"


@dataclass(frozen=True)
class Door:
    """A way in from the start page."""

    key: str
    title: str
    story: str
    label: str
    page: str


DOORS = (
    Door(
        "door_upload",
        "Review a patient",
        "Upload a T1 scan and type what is known of the patient.",
        "Review a scan of your own",
        REVIEW,
    ),
    Door(
        "door_errors",
        "Explore errors",
        "Whom the model judged wrongly, how sure it was, and where it looked.",
        "See its errors",
        "../pages/errors.py",
    ),
    Door(
        "door_card",
        "Read the model card",
        "What it learned from, how good it is beside simple models, and what nobody knows yet.",
        "Read the card",
        "../pages/model_card.py",
    ),
)


def show_doors(session: Session) -> None:
    """Show the doors; those of patients lead to the review page."""
    st.title("A second look for early Alzheimer's disease")
    introduction, _ = st.columns([3, 2])
    introduction.markdown(
        "From a T1 brain MRI and a few clinical fields, two convolutional networks and a clinical model estimate how likely "
        "impairment (CDR above 0) is, each by itself and all together, with an interval. You see the scan, whether it is fit "
        "to be judged, and where the networks looked. It assists a doctor and replaces none: it may say *inconclusive*."
    )
    for column, door in zip(st.columns(len(DOORS), gap="medium"), DOORS, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{door.title}**  \n{door.story}")
            if st.button(door.label, type="primary" if door.page == REVIEW else "secondary", key=door.key, width="stretch"):
                if door.page == REVIEW:
                    choose(session, UPLOAD)
                st.switch_page(door.page)
    st.header("Or take a demo patient")
    st.caption(
        "Synthetic heads, deformed from a brain template. They are nobody's scans; the answers are the model's own. "
        "'Guide me' analyses one and walks you through the page in a few steps."
    )
    beside = st.container(key="demo_patients").columns(len(DEMO_PATIENTS), gap="medium")
    for column, patient in zip(beside, DEMO_PATIENTS, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{patient.title}** (synthetic)  \n{patient.story}")
            guided, plain = st.columns([3, 2], gap="small")
            if guided.button("Guide me", key=f"tour_{patient.key}", type="primary", width="stretch", disabled=session.busy):
                start_tour(session, patient.key)
                st.switch_page(REVIEW)
            if plain.button("Open", key=f"door_{patient.key}", width="stretch"):
                choose(session, patient.key)
                st.switch_page(REVIEW)
