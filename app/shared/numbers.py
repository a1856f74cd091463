"""Numbers as readers type them: a decimal comma counts, an empty field is unknown, and other text is kept, to be refused."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
"""One sign, one decimal separator, none for thousands: '1.234,5' could mean either."""


def number_in(text: str | None) -> float | str | None:
    """The number that a field holds: '27,5' is 27.5; None of an empty field; text that is no number as it is."""
    typed = (text or "").strip()
    if not typed:
        return None
    return float(typed.replace(",", ".")) if NUMBER.fullmatch(typed) else typed


def as_text(value: float | str | None) -> str:
    """The text of a field that holds a value."""
    return "" if value is None else value if isinstance(value, str) else f"{value:g}"


def typed_number(key: str) -> float | None:
    """The number in a field by its key; None where it is empty, not on the page, or holds something else."""
    value = number_in(st.session_state.get(key))
    return value if isinstance(value, float) else None


def ask_number(
    label: str,
    key: str,
    *,
    place: DeltaGenerator | None = None,
    placeholder: str = "unknown",
    help: str | None = None,
) -> float | str | None:
    """Show a field for a number, and return what it holds; see number_in.

    Streamlit's own number field leaves a comma to the browser, which drops it: 27,5 became 275.
    """
    return number_in((place or st).text_input(label, key=key, placeholder=placeholder, help=help))


def range_refusal(value: float | str | None, low: float, high: float) -> str | None:
    """Why a value is refused that has no field of a record; None where it is valid or missing."""
    if value is None or (isinstance(value, float) and low <= value <= high):
        return None
    came = f"{value:g}" if isinstance(value, float) else "something else"
    return f"Expected a number from {low:g} to {high:g}, got {came}. Correct it, or leave it empty."
