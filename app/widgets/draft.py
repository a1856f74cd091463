"""Drafts: what a reader typed and has not kept yet. The session holds them, since a widget forgets on a page switch."""

from typing import Any

import streamlit as st

from app.state.session import Session


def draft_widget(session: Session, key: str, at_first: object) -> dict[str, Any]:
    """Arguments that make a widget show its draft and hold every change of it at once.

    Args:
        key: names the scan, so that no draft shows beside another.
        at_first: what the widget shows while there is no draft.
    """
    st.session_state.setdefault(key, session.drafts.get(key, at_first))
    # As a callback, for a click on another page's link follows within a moment, and may stop the run that typing started.
    return {"key": key, "on_change": _hold, "args": (session, key)}


def _hold(session: Session, key: str) -> None:
    session.drafts[key] = st.session_state[key]
