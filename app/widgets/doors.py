"""The start page's doors: a scan of one's own, or a synthetic demo patient."""

import streamlit as st

from adcore.cohorts.synthetic import DEMO_PATIENTS
from app.state import Session
from app.widgets.intake import UPLOAD, choose

REVIEW = "../pages/review.py"


def show_doors(session: Session) -> None:
    """Show the doors; each leads to the review page."""
    st.title("A second look for early Alzheimer's disease")
    introduction, _ = st.columns([3, 2])
    introduction.markdown(
        "From a T1 brain MRI and a few clinical fields, two convolutional networks and a clinical model estimate how likely "
        "impairment (CDR above 0) is, each by itself and all together, with an interval. You see the scan, whether it is fit "
        "to be judged, and where the networks looked. It assists a doctor and replaces none: it may say *inconclusive*."
    )
    if st.button("Review a scan of your own", type="primary", key="door_upload"):
        choose(session, UPLOAD)
        st.switch_page(REVIEW)
    st.subheader("Or take a demo patient")
    st.caption("Synthetic heads, deformed from a brain template. They are nobody's scans; the answers are the model's own.")
    for column, patient in zip(st.columns(len(DEMO_PATIENTS), gap="medium"), DEMO_PATIENTS, strict=True):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{patient.title}** (synthetic)  \n{patient.story}")
            if st.button("Open", key=f"door_{patient.key}", width="stretch"):
                choose(session, patient.key)
                st.switch_page(REVIEW)
