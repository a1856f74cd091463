"""Entry point of the dashboard: page settings, navigation, and what every page carries."""

from pathlib import Path

import streamlit as st

from adcore.words import DISCLAIMER
from app.runtime import runtime
from app.state.session import keep_widgets, session

ASSETS = Path(__file__).resolve().parent.parent / "assets"

st.set_page_config(page_icon=str(ASSETS / "icon.png"), layout="wide")
st.logo(str(ASSETS / "logo.png"), size="large")
st.html(ASSETS / "style.css")
runtime()  # the model loads while the first page is read

keep_widgets()
page = st.navigation(
    [
        st.Page("../pages/start.py", title="Start", default=True),
        st.Page("../pages/review.py", title="Review a patient"),
        st.Page("../pages/follow_up.py", title="Follow-up"),
        st.Page("../pages/errors.py", title="Errors"),
        st.Page("../pages/model_card.py", title="Model card"),
        st.Page("../pages/about.py", title="About"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · adcore")  # a page may name its case instead
st.html(f'<p class="adcore-disclaimer" role="note">{DISCLAIMER}</p>')
page.run()
here = session()
if unsaved := here.unsaved(here.scans_elsewhere if page.url_path == "review" else None):  # the note marks itself
    st.html(
        f'<span data-unsaved="{unsaved}" hidden></span>'
    )  # the browser asks before it leaves: adcore/viewer/static/unsaved.js
