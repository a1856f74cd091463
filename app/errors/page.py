"""The errors page as a whole."""

import streamlit as st

from adcore.errors import AdcoreError
from app.errors.case import show_case
from app.errors.filters import choose
from app.errors.link import follow_link, hidden_by_filters, write_link
from app.errors.overview import show_overview
from app.errors.source import EVALUATED, Source, choose_source
from app.errors.table import choose_case
from app.model import model
from app.state.session import Session


def show_errors(session: Session) -> None:
    """Choose cases, an answer and people; see them in charts and a table; open one, which the address may ask for."""
    st.title("Errors")
    try:
        known = model()
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    explorer = session.explorer
    told = follow_link(explorer)
    if told:
        st.warning(told, icon=None)
    source = choose_source(explorer)
    if source is None:
        write_link(explorer, None, None)
        return
    _say_whose(source)
    everyone, wanted = choose(source.cases, known.card.threshold)
    shown = everyone.kept(wanted)
    if hidden_by_filters(explorer, shown):
        st.rerun()
    if shown.table.empty:
        st.info("Nobody fits these filters. Take one away.", icon=None)
    show_overview(everyone, shown, source.cases.truth)
    st.markdown(f"**{len(shown.table)} of {len(everyone.table)} people shown**")
    subject = choose_case(shown)
    write_link(explorer, source, subject)
    if subject is not None:
        show_case(source, shown, subject, explorer)


def _say_whose(source: Source) -> None:
    st.caption(f"{source.cases.origin}.")
    if source.name == EVALUATED:
        shared = source.cases.trained_on(set(model().cases.table["subject"]))
        if shared:
            st.warning(
                f"{shared} of these people were seen in training: what the model says of them is no measure of how good it is.",
                icon=None,
            )
