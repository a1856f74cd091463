"""The errors page as a whole."""

import streamlit as st

from adcore.errors import AdcoreError
from app.errors.case import show_case
from app.errors.filters import choose
from app.errors.link import follow_link, hidden_by_filters, write_link
from app.errors.overview import show_overview
from app.errors.source import EVALUATED, Source, choose_source
from app.errors.table import choose_case
from app.shared.model import model
from app.state.session import Session


def show_errors(session: Session) -> None:
    """Choose cases, a prediction and filters; see them in charts and a table; open one, which the address may name."""
    st.title("Errors")
    try:
        known = model()
    except AdcoreError as error:
        st.warning(str(error), icon=None)
        return
    explorer = session.explorer
    problem = follow_link(explorer)
    if problem:
        st.warning(problem, icon=None)
    source = choose_source(explorer)
    if source is None:
        write_link(explorer, None, None)
        return
    _show_origin(source)
    all_cases, wanted = choose(source.cases, known.card.threshold)
    shown = all_cases.kept(wanted)
    if hidden_by_filters(explorer, shown):
        st.rerun()
    if shown.table.empty:
        st.info("No participant matches these filters. Remove one.", icon=None)
    show_overview(all_cases, shown, source.cases.truth)
    st.markdown(f"**{len(shown.table)} of {len(all_cases.table)} participants shown**")
    subject = choose_case(shown)
    write_link(explorer, source, subject)
    if subject is not None:
        show_case(source, shown, subject, explorer)


def _show_origin(source: Source) -> None:
    st.caption(f"{source.cases.origin}.")
    if source.name == EVALUATED:
        shared = source.cases.trained_on(set(model().cases.table["subject"]))
        if shared:
            st.warning(
                f"{shared} of these participants were in the training set, so their predictions do not measure performance.",
                icon=None,
            )
