"""The prevalence of impairment at the reader's clinic: set on a page, or for everyone by whoever runs the program."""

import os

import streamlit as st

from adcore.errors import AdcoreError
from app.state.keys import PREVALENCE_KEY, PREVALENCE_SET_KEY

PREVALENCE_VARIABLE = "ADCORE_PREVALENCE"
"""Environment variable: the share of impaired patients, above 0 and below 1; unset, a clinic has set none."""


def own_prevalence() -> float | None:
    """The clinic's prevalence, above 0 and below 1; None where nobody has set one.

    Raises:
        AdcoreError: the environment variable holds no such share.
    """
    if st.session_state.get(PREVALENCE_SET_KEY):
        return float(st.session_state[PREVALENCE_KEY]) / 100
    return clinics_prevalence()


def clinics_prevalence() -> float | None:
    """The prevalence that whoever runs the program has set for everyone; None where there is none.

    Raises:
        AdcoreError: the environment variable holds no such share.
    """
    text = os.environ.get(PREVALENCE_VARIABLE)
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise AdcoreError(f"Expected {PREVALENCE_VARIABLE} to be a share above 0 and below 1, such as 0.2, got another value.")
    return share


def mark_prevalence_set() -> None:
    """Remember that the prevalence on the page is the clinic's own: it leads the answer from now on."""
    st.session_state[PREVALENCE_SET_KEY] = True
