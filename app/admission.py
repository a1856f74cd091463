"""Who is let in to which page: the pages in the navigation are those that the user's role may open."""

import os
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from adcore.errors import AdcoreError
from app.audit import AuditEvent, record
from app.shared.address import path_on_server
from app.state.keys import ADMITTED_KEY
from app.store import is_kept
from app.user import OIDC, OPENED_BY, SIGN_IN_VARIABLE, may_open, signs_in, this_user

TITLES = {
    "start": "Start",
    "review": "Review a patient",
    "follow_up": "Follow-up",
    "errors": "Errors",
    "model_card": "Model card",
    "all_cases": "All cases",
    "about": "About",
}
"""Every page by its address, in their order."""

NOT_KNOWN = "The server does not know who you are. Reload the page, and sign in again."


def admit() -> None:
    """Let a user in, once a session, with a record in the audit trail; stop the page where that fails."""
    if not signs_in() or ADMITTED_KEY in st.session_state:
        return
    if this_user() is None:
        st.warning(NOT_KNOWN, icon=None)
        st.stop()
    try:
        record(AuditEvent.LOGIN)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        st.stop()
    st.session_state[ADMITTED_KEY] = True


def pages() -> list[StreamlitPage]:
    """The pages: those that this user may not open say so, and are not in the navigation."""
    shown = [name for name in TITLES if name != "all_cases" or (is_kept() and signs_in())]
    return [_page(name) for name in shown]


def sign_out() -> str:
    """Who is signed in and the way out, as HTML to stand behind the disclaimer; empty where nobody signs in."""
    user = this_user()
    if user is None:
        return ""
    out = f' <a href="{path_on_server("auth/logout")}" target="_self">Sign out</a>' if _by_provider() else ""
    return f' <span class="adcore-user">Signed in as {user.role.word}.{out}</span>'


def _page(name: str) -> StreamlitPage:
    title = TITLES[name]
    if may_open(name):
        return st.Page(f"../pages/{name}.py", title=title, default=name == "start")
    return st.Page(partial(_refuse, title, OPENED_BY[name].word), title=title, url_path=name, visibility="hidden")


def _refuse(title: str, role: str) -> None:
    st.title(title)
    st.info(f"This page is for the role {role}. Ask whoever runs the dashboard, if you need it.", icon=None)


def _by_provider() -> bool:
    return os.environ.get(SIGN_IN_VARIABLE) == OIDC
