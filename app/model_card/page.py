"""The model card page: one paragraph in short, and beneath it, folded, ten sections on the model and one on the structures."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from adcore.errors import AdcoreError
from app.model_card.calibration import show_calibration, show_coverage
from app.model_card.glance import in_short, show_glance
from app.model_card.limits import show_limits, show_reproduction
from app.model_card.participants import show_data, show_label, show_missing, show_split
from app.model_card.performance import show_performance
from app.model_card.purpose import show_identity, show_purpose
from app.model_card.structures import show_structures
from app.model_card.subgroups import show_controls, show_subgroups
from app.shared.model import ModelFolder, model
from app.state.keys import UNFOLD_KEY
from app.state.prevalence import own_prevalence


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: its name.
        asks: what it answers.
        show: draws it.
    """

    title: str
    asks: str
    show: Callable[[ModelFolder], None]


def show_card() -> None:
    """Show the paragraph, and every section folded; where the card holds nothing, what is not known."""
    try:
        known = model()
        own_prevalence()  # refused here if whoever runs the program set no share
    except AdcoreError as error:
        st.title("Model card")
        st.warning(str(error), icon=None)
        return
    st.title(f"Model card: {known.card.name}, version {known.card.version}")
    st.markdown(f"**In short.** {in_short(known.card)}")
    unfolded = all(st.session_state.get(name) for name in SECTIONS)
    words = "Fold every section" if unfolded else "Unfold every section"
    st.button(words, key=UNFOLD_KEY, on_click=_unfold, args=[not unfolded])
    for name in SECTIONS:
        _section(name, known)


@st.fragment
def _section(name: str, known: ModelFolder) -> None:
    """One section, drawn only while it is unfolded: all charts at once take seconds."""
    section = SECTIONS[name]
    fold = st.expander(f"**{section.title}**: {section.asks}", key=name, bind="query-params")
    if fold.open:
        with fold:
            section.show(known)


def _unfold(unfolded: bool) -> None:
    st.session_state.update(dict.fromkeys(SECTIONS, unfolded))


def _performance(known: ModelFolder) -> None:
    show_glance(known.card)
    show_performance(known.card, known.cases)


def _calibration(known: ModelFolder) -> None:
    show_calibration(known.card, known.cases)
    show_coverage(known.card, known.cases)


def _subgroups(known: ModelFolder) -> None:
    show_subgroups(known.card)
    show_controls(known.card)


def _limits(known: ModelFolder) -> None:
    show_limits(known.card, known.cases)
    show_reproduction(known)


SECTIONS = {
    "use": Section(
        "1. Intended use", "what it is for, who uses it and where, what it is not for", lambda known: show_purpose(known.card)
    ),
    "version": Section("2. Model version", "which weights, made when and by what", lambda known: show_identity(known.card)),
    "data": Section("3. Training data", "whom it learned from", lambda known: show_data(known.card)),
    "label": Section("4. Reference standard", "what the label rests on, and its limits", lambda known: show_label(known.card)),
    "split": Section(
        "5. Data split and leakage", "who stood on which side", lambda known: show_split(known.card, known.cases.table)
    ),
    "missing": Section(
        "6. Poor scans and missing fields",
        "what happens with a bad scan or without a field",
        lambda known: show_missing(known.card),
    ),
    "performance": Section("7. Performance", "how well it separates, and why this threshold", _performance),
    "calibration": Section(
        "8. Calibration and abstention", "whether probabilities come true, and how often it stays undecided", _calibration
    ),
    "subgroups": Section("9. Subgroups and negative controls", "for whom it is worse, and what should find nothing", _subgroups),
    "limits": Section("10. Limits and reproduction", "where it fails, and whether the figures can be had again", _limits),
    "structures": Section(
        "The structure segmentation network", "how well it outlines each structure", lambda known: show_structures()
    ),
}
"""By the name in the page's address, `/model_card?performance=true`, which is also the key of its fold."""
