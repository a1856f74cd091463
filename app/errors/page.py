"""The errors page as a whole."""

import streamlit as st

from adcore.errors import AdcoreError
from app.errors.case import show_cases
from app.errors.filters import choose
from app.errors.group_means import show_group_means
from app.errors.groups import show_groups
from app.errors.link import follow_link, hidden_by_filters, write_link
from app.errors.notes import show_notes
from app.errors.overview import show_overview
from app.errors.source import EVALUATED, Source, choose_source
from app.errors.table import choose_case
from app.errors.worst import show_worst
from app.shared.model import model
from app.shared.tour import show_tour
from app.shared.tour_steps import ERRORS
from app.state.session import Session


def show_errors(session: Session) -> None:
    """Choose cases, a prediction and filters; see the worst, charts and a table; open one, which the address may name."""
    show_tour(session, ERRORS)
    st.title("Errors")
    try:
        model()
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
    _show_cases(source, session)


@st.fragment
def _show_cases(source: Source, session: Session) -> None:
    """All that hangs on the filters, which alone runs again when one is changed."""
    explorer = session.explorer
    all_cases, wanted = choose(source.cases, model().card.threshold, explorer)
    shown = all_cases.kept(wanted)
    if hidden_by_filters(explorer, shown):
        st.rerun()
    if shown.table.empty:
        st.info("No participant matches these filters. Remove one.", icon=None)
    show_worst(source, shown, explorer)
    show_overview(all_cases, shown, source.cases.truth, explorer)
    show_groups(all_cases, explorer)
    show_group_means(source, shown, explorer)
    st.markdown(f"**{len(shown.table)} of {len(all_cases.table)} participants shown**, the furthest off first")
    subject = choose_case(shown)
    write_link(explorer, source, subject)
    if subject is not None:
        show_cases(source, shown, subject, explorer)
    show_notes(explorer)


def _show_origin(source: Source) -> None:
    st.caption(f"{source.cases.origin}.")
    if source.name == EVALUATED:
        shared = source.cases.trained_on(set(model().cases.table["subject"]))
        if shared:
            st.warning(
                f"{shared} of these participants were in the training set, so their predictions do not measure performance.",
                icon=None,
            )
