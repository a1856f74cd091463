"""The model card's page as a whole: ten questions in the order a sceptic asks them."""

import streamlit as st

from adcore.errors import AdcoreError
from app.model import model
from app.model_card.calibration import show_calibration, show_coverage
from app.model_card.glance import show_glance
from app.model_card.limits import show_limits, show_reproduction
from app.model_card.participants import show_data, show_label, show_missing, show_split
from app.model_card.performance import show_performance
from app.model_card.purpose import show_identity, show_purpose
from app.model_card.structures import show_structures
from app.model_card.subgroups import show_controls, show_subgroups

QUESTIONS = {
    "use": "1. What is it for, and what not?",
    "identity": "2. Which model is this?",
    "data": "3. Whom did it learn from?",
    "label": "4. By what truth is it judged?",
    "split": "5. Did it see the people it is judged on?",
    "missing": "6. What if a scan is poor or a field unknown?",
    "performance": "7. How well does it tell people apart?",
    "calibration": "8. Does what it states come true, and when does it stay silent?",
    "subgroups": "9. Does it hold for everyone, and is it right for the right reasons?",
    "limits": "10. Where does it fail, and how are the figures made again?",
}


SHORT = {
    "use": "use",
    "identity": "version",
    "data": "participants",
    "label": "truth",
    "split": "leakage",
    "missing": "missing data",
    "performance": "performance",
    "calibration": "calibration and silence",
    "subgroups": "subgroups and controls",
    "limits": "limits and reproduction",
}


def show_card() -> None:
    """Every question with its answer, or what is not known."""
    try:
        known = model()
    except AdcoreError as error:
        st.title("Model card")
        st.warning(str(error), icon=None)
        return
    card, cases = known.card, known.cases
    st.title(f"Model card: {card.name}, version {card.version}")
    show_glance(card)
    st.markdown(" · ".join(f"[{number} {short}](#{anchor})" for number, (anchor, short) in enumerate(SHORT.items(), start=1)))
    _ask("use")
    show_purpose(card)
    _ask("identity")
    show_identity(card)
    _ask("data")
    show_data(card)
    _ask("label")
    show_label(card)
    _ask("split")
    show_split(card, cases.table)
    _ask("missing")
    show_missing(card)
    _ask("performance")
    show_performance(card, cases)
    _ask("calibration")
    show_calibration(card, cases)
    show_coverage(card, cases)
    _ask("subgroups")
    show_subgroups(card)
    show_controls(card)
    _ask("limits")
    show_limits(card, cases)
    show_reproduction(known)
    st.header("The network that labels the parts of the brain", anchor="structures", divider="gray")
    show_structures()


def _ask(anchor: str) -> None:
    st.header(QUESTIONS[anchor], anchor=anchor, divider="gray")
