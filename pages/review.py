"""Review one patient: the scan on the left, the clinical form and the answer on the right."""

import streamlit as st

from app.state import session
from app.widgets.intake import choose_patient
from app.widgets.right_column import ask_and_answer
from app.widgets.scan_view import show_scan

current = session()
choose_patient(current)
if current.study is not None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_scan(current)
    with right:
        ask_and_answer(current)
