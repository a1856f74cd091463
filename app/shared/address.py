"""A page's address: its path on this server, and the case that deep links read and write."""

import streamlit as st

CASE = "case"
"""Query parameter that names the open case."""


def path_on_server(path: str) -> str:
    """The path of a page or file behind the prefix that a proxy gives this server, if any."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/{path}"


def case_in_address() -> str | None:
    """The case that the address names."""
    return st.query_params.get(CASE)


def put_in_address(case: str | None) -> None:
    """Name a case in the page's address; None removes it."""
    if case is None:
        st.query_params.pop(CASE, None)
    elif st.query_params.get(CASE) != case:
        st.query_params[CASE] = case
