"""The prediction to compare with the label, and the filters on the participants shown."""

import math

import pandas as pd
import streamlit as st

from adcore.answer.prediction import DISAGREEMENT
from adcore.evaluation.cases.cases import Cases
from adcore.evaluation.cases.classified import CONFIDENT, CaseFilter, Classified, Kind, classify
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.words import percent
from app.state.keys import AGES_KEY, BRANCH_KEY, CDR_KEY, INPUTS_KEY, KINDS_KEY, SEX_KEY

SEXES = {"F": "women", "M": "men"}
NEEDS_DATA = "Not known for these participants here; a data folder may provide it."


def choose(cases: Cases, threshold: float) -> tuple[Classified, CaseFilter]:
    """Ask for inputs, branch and filters.

    Returns:
        all cases as that branch classifies them with those inputs, and the filter.
    """
    inputs_column, branch_column, cdr, ages, sex = st.columns([3, 2, 2, 2, 2], gap="medium")
    inputs = _one_of(inputs_column, "Inputs", INPUTS_KEY, {name: INPUTS[name] for name in cases.inputs()})
    branch = _one_of(branch_column, "Branch", BRANCH_KEY, {name: BRANCHES[name] for name in cases.branches(inputs)})
    classified = classify(cases, inputs, branch, threshold)
    table = classified.table
    wanted = CaseFilter(
        kinds=frozenset(_kinds(table, cases.undecided)),
        cdr=frozenset(_several(cdr, "CDR", CDR_KEY, sorted(table["cdr"].dropna().unique()))),
        ages=_ages(ages, table["age_years"].dropna()),
        sexes=frozenset(_several(sex, "Sex", SEX_KEY, sorted(table["sex"].dropna().unique()))),
    )
    return classified, wanted


def clear_filters() -> None:
    """Remove every filter; call it before the filters are drawn."""
    for key in (KINDS_KEY, CDR_KEY, SEX_KEY):
        st.session_state[key] = []
    st.session_state.pop(AGES_KEY, None)


def _kinds(table: pd.DataFrame, undecided: str) -> list[Kind]:
    return st.pills(
        "Show only",
        list(Kind),
        format_func=lambda kind: f"{kind.value} ({int(table[kind.value].sum())})",
        selection_mode="multi",
        key=KINDS_KEY,
        help=(
            f"Several together: all must hold. Confidently wrong: at least {percent(CONFIDENT)} for the wrong class. "
            f"Branches disagree: two are at least {100 * DISAGREEMENT:.0f} points apart, with 90% intervals on opposite sides of "
            "the threshold. "
            f"Inconclusive: {undecided}."
        ),
    )


def _one_of(place: st.delta_generator.DeltaGenerator, label: str, key: str, options: dict[str, str]) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(options))
    return place.selectbox(label, list(options), format_func=options.__getitem__, key=key)


def _several(place: st.delta_generator.DeltaGenerator, label: str, key: str, options: list) -> list:
    if not options:
        place.multiselect(label, [], placeholder="not known", disabled=True, help=NEEDS_DATA, key=f"{key}_unknown")
        return []
    st.session_state[key] = [value for value in st.session_state.get(key, []) if value in options]
    return place.multiselect(
        label,
        options,
        format_func=lambda value: SEXES.get(value) or f"{value:g}",
        placeholder="all",
        key=key,
    )


def _ages(place: st.delta_generator.DeltaGenerator, known: pd.Series) -> tuple[float, float] | None:
    """The range chosen; None while it is the full range."""
    if known.empty or known.min() == known.max():
        place.slider("Age", 0, 100, (0, 100), disabled=True, help=NEEDS_DATA, key=f"{AGES_KEY}_unknown")
        return None
    low, high = math.floor(known.min()), math.ceil(known.max())
    first, last = st.session_state.get(AGES_KEY, (low, high))
    st.session_state[AGES_KEY] = (min(max(low, first), high), max(min(high, last), low))
    chosen = place.slider("Age", low, high, key=AGES_KEY, format="%d years")
    return None if chosen == (low, high) else (float(chosen[0]), float(chosen[1]))
