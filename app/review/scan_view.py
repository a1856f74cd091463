"""The scan in the viewer, with the maps of its analysis once there are any."""

import streamlit as st

from adcore.viewer.payload import viewer_payload
from app.shared.viewer import show_viewer
from app.state.session import Session


def show_scan(session: Session) -> None:
    """Show the patient's scan; packed once for each scan and analysis."""
    study = session.study
    if study is None:
        return
    key = (study.scan.sha256, session.result.key if session.result else "")
    if session.payload is None or session.payload[0] != key:
        session.payload = (key, viewer_payload(study.scan, session.result.analysis if session.result else None))
    st.caption(f"{study.title}: {study.scan.pseudonym}")
    show_viewer(session.payload[1])
