"""Deep links to the errors page: the address names an out-of-fold participant of the shipped model, or a synthetic one.

Both are public pseudonyms. No participant of an uploaded table or of another model ever appears in an address.
"""

import streamlit as st

from adcore.errors import AdcoreError
from adcore.evaluation.cases.classified import Classified
from app.errors.source import OUT_OF_FOLD, SYNTHETIC, Source
from app.errors.synthetic import synthetic_participants
from app.shared.address import case_in_address, put_in_address
from app.shared.model import model
from app.state.explorer import Explorer
from app.state.keys import CASE_KEY, SOURCE_KEY

NOT_FOUND = (
    "The link names no participant that a link can open. Links open the shipped model's out-of-fold participants and the "
    "synthetic participants. Choose a set of cases below, and a participant from it."
)


def follow_link(explorer: Explorer) -> str | None:
    """Choose the case named in the address, once.

    Returns:
        why it can't be opened, as a sentence for the user; None where it can.
    """
    if explorer.clear_filters:
        explorer.clear_filters = False
        explorer.remove_filters()
    asked = case_in_address()
    if asked is None or asked == explorer.link:
        return None
    explorer.link = asked
    source = _source_of(asked)
    if source is None:
        return NOT_FOUND
    st.session_state[SOURCE_KEY], st.session_state[CASE_KEY] = source, asked
    explorer.following = True
    explorer.lead += 1
    return None


def hidden_by_filters(explorer: Explorer, shown: Classified) -> bool:
    """Whether the filters hide the case that the address just named; the next run clears them."""
    followed, explorer.following = explorer.following, False
    explorer.clear_filters = followed and st.session_state[CASE_KEY] not in set(shown.table["subject"])
    return explorer.clear_filters


def write_link(explorer: Explorer, source: Source | None, subject: str | None) -> None:
    """Put the open case into the address where it is a public pseudonym; otherwise clear the address."""
    public = source is not None and (source.name == SYNTHETIC or (source.name == OUT_OF_FOLD and model().shipped))
    explorer.link = subject if public else None
    put_in_address(explorer.link)


def _source_of(case: str) -> str | None:
    known = model()
    if known.shipped and case in set(known.cases.table["subject"]):
        return OUT_OF_FOLD
    try:
        synthetic = set(synthetic_participants().first_sessions()["person"])
    except AdcoreError:  # the model reads other slices than the synthetic participants have
        return None
    return SYNTHETIC if case in synthetic else None
