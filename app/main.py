"""Entry point of the dashboard: page settings, navigation, and what every page carries."""

import html
from pathlib import Path

import streamlit as st

from adcore.words import DISCLAIMER
from app.admission import admit, pages, sign_out
from app.runtime import runtime
from app.state.session import keep_widgets, session

ASSETS = Path(__file__).resolve().parent.parent / "assets"

st.set_page_config(page_icon=str(ASSETS / "icon.png"), layout="wide")
st.logo(str(ASSETS / "logo.png"), size="large")
st.html(ASSETS / "style.css")
admit()
runtime()  # the model loads while the first page is read

keep_widgets()
page = st.navigation(pages(), position="top")
st.set_page_config(page_title=f"{page.title} · adcore")  # a page may name its case instead
st.html(f'<p class="adcore-disclaimer" role="note">{html.escape(DISCLAIMER)}{sign_out()}</p>')
page.run()
here = session()
if unsaved := here.unsaved(here.scans_elsewhere if page.url_path == "review" else None):  # the note marks itself
    st.html(
        f'<span data-unsaved="{unsaved}" hidden></span>'
    )  # the browser asks before it leaves: adcore/viewer/static/unsaved.js
