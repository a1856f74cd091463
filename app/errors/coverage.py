"""What the answers would be worth if only the surest were given: a slider, with how many are right."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from adcore.evaluation.cases.classified import Classified
from adcore.statistics.curves import surest
from adcore.statistics.intervals import share
from adcore.words import percent, percent_interval
from app.state.keys import SUREST_KEY

LEAST = 5
"""Percent of the participants."""


@st.fragment
def show_coverage(classified: Classified) -> None:
    """Ask which share is answered, and tell how many of these are right. It runs again alone, so it is quick.

    Args:
        classified: with at least one participant who has a label and a probability.
    """
    labels, chances = classified.labelled()
    st.session_state.setdefault(SUREST_KEY, 100)
    st.markdown("**Answer only the surest**")
    chosen = st.slider(
        "Share of participants answered",
        LEAST,
        100,
        step=5,
        key=SUREST_KEY,
        format="%d%%",
        help="Sure is a probability far from the threshold, in log-odds. Those equally sure are answered together.",
    )
    right = (chances >= classified.threshold) == labels
    answered = surest(chances, classified.threshold, chosen / 100)
    st.markdown(
        f"**{answered.sum():,} of {len(labels):,} answered, {_right(right[answered])}** {_found(right[answered & labels])}"
    )
    if not answered.all():
        st.caption(
            f"All answered, {_right(right)} Of those left out {_right(right[~answered])} "
            "A share that is chosen on the same people flatters."
        )


def _right(right: NDArray[np.bool_]) -> str:
    """'2,790 right: 93% (92 to 94%).' of whether each answer is."""
    found = share(int(right.sum()), len(right))
    return f"{right.sum():,} right: {percent_interval(found.value, found.low, found.high)}."


def _found(impaired: NDArray[np.bool_]) -> str:
    """'Of their 1,400 impaired 1,290 are recognised (92%).' of whether each of the impaired is."""
    if not len(impaired):
        return "None of them is impaired."
    return f"Of their {len(impaired):,} impaired {impaired.sum():,} are recognised ({percent(impaired.mean())})."
