"""The MMSE entered by section instead of as a total: names and points only, and no total while a section is missing."""

from collections.abc import Callable

import streamlit as st

from adcore.case.clinical import MMSE_SECTIONS, FieldSpec, missing_sections, mmse_total, section_refusal
from app.shared.numbers import as_text, ask_number
from app.state.keys import SECTION_KEYS, SECTIONS_KEY
from app.state.session import Session

HELP = "Points for orientation, registration, attention, recall, language and copying, 30 in all (Folstein 1975)."


def sections_toggle(session: Session, spec: FieldSpec, ask_total: Callable[[], None]) -> bool:
    """Ask for the total unless the sections are wanted, and return whether they are. A total typed before is kept."""
    st.session_state.setdefault(SECTIONS_KEY, session.by_sections)
    if st.session_state[SECTIONS_KEY]:
        st.markdown(f"{spec.label}: sum of the sections below")
    else:
        ask_total()
    return st.toggle("Enter by section", key=SECTIONS_KEY, help=HELP)


def ask_sections(session: Session) -> float | None:
    """Show the sections and return their total; None while it is unknown."""
    refused = []
    with st.container(border=True):
        for start in range(0, len(MMSE_SECTIONS), 2):
            for column, section in zip(st.columns(2, gap="medium"), MMSE_SECTIONS[start : start + 2], strict=False):
                key = f"{SECTION_KEYS}{section.name}"
                st.session_state.setdefault(key, as_text(session.sections.get(section.name)))
                score = ask_number(f"{section.label} (0 to {section.points})", key, place=column)
                session.sections[section.name] = score
                if sentence := section_refusal(section, score):
                    refused.append(sentence)
        st.markdown("  \n".join(refused) or _sum(session))
    return mmse_total(session.sections)


def _sum(session: Session) -> str:
    points = mmse_total(session.sections)
    if points is not None:
        return f"**MMSE {points} of 30**"
    missing = missing_sections(session.sections)
    so_far = sum(score for score in session.sections.values() if isinstance(score, float))
    named = ", ".join(section.label.lower() for section in missing)
    return (
        f"No total yet: {len(missing)} of {len(MMSE_SECTIONS)} sections are missing ({named}). "
        f"The others add up to {so_far:g} points; until all are entered, the MMSE counts as unknown."
    )
