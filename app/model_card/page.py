"""The model card page as a whole: ten sections on the model, then the structure segmentation network."""

from dataclasses import dataclass

import streamlit as st

from adcore.errors import AdcoreError
from app.model_card.calibration import show_calibration, show_coverage
from app.model_card.glance import show_glance
from app.model_card.limits import show_limits, show_reproduction
from app.model_card.participants import show_data, show_label, show_missing, show_split
from app.model_card.performance import show_performance
from app.model_card.purpose import show_identity, show_purpose
from app.model_card.structures import show_structures
from app.model_card.subgroups import show_controls, show_subgroups
from app.shared.model import ModelFolder, model
from app.state.prevalence import own_prevalence


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: its heading.
        link: its name in the list of links on top.
    """

    title: str
    link: str


SECTIONS = {
    "use": Section("1. Intended use", "use"),
    "identity": Section("2. Model version", "version"),
    "data": Section("3. Training data", "training data"),
    "label": Section("4. Reference standard", "reference standard"),
    "split": Section("5. Data split and leakage", "leakage"),
    "missing": Section("6. Poor scans and missing fields", "missing data"),
    "performance": Section("7. Performance", "performance"),
    "calibration": Section("8. Calibration and abstention", "calibration and abstention"),
    "subgroups": Section("9. Subgroups and negative controls", "subgroups and negative controls"),
    "limits": Section("10. Limits and reproduction", "limits and reproduction"),
}
"""By the anchor in the page's address."""


def show_card() -> None:
    """Show every section; where the card holds nothing, what is not known."""
    try:
        known = model()
        own_prevalence()  # refused here if whoever runs the program set no share
    except AdcoreError as error:
        st.title("Model card")
        st.warning(str(error), icon=None)
        return
    st.title(f"Model card: {known.card.name}, version {known.card.version}")
    show_glance(known.card)
    links = (f"[{number} {section.link}](#{anchor})" for number, (anchor, section) in enumerate(SECTIONS.items(), start=1))
    st.markdown(" · ".join(links))
    _sections(known)
    st.header("The structure segmentation network", anchor="structures", divider="gray")
    show_structures()


def _sections(known: ModelFolder) -> None:
    card, cases = known.card, known.cases
    _heading("use")
    show_purpose(card)
    _heading("identity")
    show_identity(card)
    _heading("data")
    show_data(card)
    _heading("label")
    show_label(card)
    _heading("split")
    show_split(card, cases.table)
    _heading("missing")
    show_missing(card)
    _heading("performance")
    show_performance(card, cases)
    _heading("calibration")
    show_calibration(card, cases)
    show_coverage(card, cases)
    _heading("subgroups")
    show_subgroups(card)
    show_controls(card)
    _heading("limits")
    show_limits(card, cases)
    show_reproduction(known)


def _heading(anchor: str) -> None:
    st.header(SECTIONS[anchor].title, anchor=anchor, divider="gray")
