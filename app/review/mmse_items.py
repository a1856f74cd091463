"""The MMSE by its sections instead of its total: names and points only, and no total while one is missing."""

from collections.abc import Callable

import streamlit as st

from adcore.case.clinical import MMSE_SECTIONS, FieldSpec, missing_sections, mmse_total, section_refusal
from app.state.keys import ITEM_KEYS, ITEMS_KEY
from app.state.session import Session

HELP = "Orientation, registration, attention, recall, language, copying: points of each, 30 in all (Folstein 1975)."


def items_toggle(session: Session, spec: FieldSpec, ask_total: Callable[[], None]) -> bool:
    """Ask for the total, unless the sections are wanted; whether they are. A total typed before is kept."""
    st.session_state.setdefault(ITEMS_KEY, session.by_items)
    if st.session_state[ITEMS_KEY]:
        st.markdown(f"{spec.label} from its sections, below")
    else:
        ask_total()
    return st.toggle("By its sections", key=ITEMS_KEY, help=HELP)


def ask_items(session: Session) -> float | None:
    """Show the sections and return their total; None while it is not known."""
    refused = []
    with st.container(border=True):
        for start in range(0, len(MMSE_SECTIONS), 2):
            for column, section in zip(st.columns(2, gap="medium"), MMSE_SECTIONS[start : start + 2], strict=False):
                key = f"{ITEM_KEYS}{section.name}"
                st.session_state.setdefault(key, session.items.get(section.name))
                score = column.number_input(
                    f"{section.label} (0 to {section.points})",
                    min_value=0.0,
                    value=None,
                    step=1.0,
                    format="%g",
                    placeholder="unknown",
                    key=key,
                )
                session.items[section.name] = score
                if sentence := section_refusal(section, score):
                    refused.append(sentence)
        st.markdown("  \n".join(refused) or _sum(session))
    return mmse_total(session.items)


def _sum(session: Session) -> str:
    points = mmse_total(session.items)
    if points is not None:
        return f"**MMSE {points} of 30**"
    lacking = missing_sections(session.items)
    so_far = sum(score for score in session.items.values() if score is not None)
    named = ", ".join(section.label.lower() for section in lacking)
    return (
        f"No total yet: {len(lacking)} of {len(MMSE_SECTIONS)} sections are missing ({named}). "
        f"The others make {so_far:g} points; until all are known, the MMSE counts as unknown."
    )
