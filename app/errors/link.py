"""Deep links to the errors page: the address names a person out of fold of the shipped model, or a synthetic one.

Both are public pseudonyms. Nobody of an uploaded table or of another model ever stands in an address.
"""

import streamlit as st

from adcore.errors import AdcoreError
from adcore.evaluation.cases.classified import Classified
from app.errors.filters import lift_filters
from app.errors.source import OUT_OF_FOLD, SYNTHETIC, Source
from app.model import model, synthetic_participants
from app.review.link import CASE, put_in_address
from app.state.explorer import Explorer
from app.state.keys import CASE_KEY, SOURCE_KEY

STRANGE = (
    "The link names nobody whom a link can open: the shipped model's own people, out of fold, or the synthetic people. "
    "Choose below whose cases to look at, and a person among them."
)


def follow_link(explorer: Explorer) -> str | None:
    """Choose the case that the address asks for, once; why not, where it can't be opened."""
    if explorer.lift_filters:
        explorer.lift_filters = False
        lift_filters()
    asked = st.query_params.get(CASE)
    if asked is None or asked == explorer.link:
        return None
    explorer.link = asked
    source = _source_of(asked)
    if source is None:
        return STRANGE
    st.session_state[SOURCE_KEY], st.session_state[CASE_KEY] = source, asked
    explorer.following = True
    return None


def hidden_by_filters(explorer: Explorer, shown: Classified) -> bool:
    """Whether the filters hide the case that the address just asked for; the next run lifts them."""
    followed, explorer.following = explorer.following, False
    explorer.lift_filters = followed and st.session_state[CASE_KEY] not in set(shown.table["subject"])
    return explorer.lift_filters


def write_link(explorer: Explorer, source: Source | None, subject: str | None) -> None:
    """Put the open case into the address where it may stand there; otherwise nothing stays there."""
    public = source is not None and (source.name == SYNTHETIC or (source.name == OUT_OF_FOLD and model().shipped))
    explorer.link = subject if public else None
    put_in_address(explorer.link)


def _source_of(case: str) -> str | None:
    known = model()
    if known.shipped and case in set(known.cases.table["subject"]):
        return OUT_OF_FOLD
    try:
        synthetic = set(synthetic_participants().first_sessions()["person"])
    except AdcoreError:  # the model's planes are none of theirs
        return None
    return SYNTHETIC if case in synthetic else None
