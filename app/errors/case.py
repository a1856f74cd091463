"""One case opened: the probabilities of every branch with each set of inputs, and where the networks looked."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.evaluation.cases.classified import Classified, Outcome
from adcore.statistics.names import BRANCHES, BRIEFLY
from app.errors.alike import show_alike
from app.errors.case_chart import case_chart
from app.errors.notes import edit_note
from app.errors.pictures import choose_overlay, show_pictures
from app.errors.source import Source
from app.shared.viewer import packaged_component
from app.shared.widgets import chart_row, show_chart
from app.state.explorer import Explorer
from app.state.keys import BESIDE_KEY, INPUTS_KEY

WORDS = {
    Outcome.CORRECT: "classified correctly",
    Outcome.FALSE_NEGATIVE: "false negative: impaired, classified as unimpaired",
    Outcome.FALSE_POSITIVE: "false positive: unimpaired, classified as impaired",
    Outcome.UNKNOWN: "no label or no answer to compare",
}


def show_cases(source: Source, shown: Classified, subject: str, explorer: Explorer) -> None:
    """Show the open case: probabilities, slices, who is read alike, tags and note; and another case beside it."""
    packaged_component("into_view")(key="errors_into_view", data={"number": explorer.lead})
    table = shown.table.set_index("subject")
    chooser, overlay = st.columns([3, 6], gap="medium")
    beside = _choose_beside(chooser, list(table.index), subject)
    with overlay:
        branch = choose_overlay() if source.cohort is not None else None
    if beside is None:
        left, right = chart_row([2, 3], "case")
        with left:
            _show_chances(source, table, subject, shown.threshold)
        with right:
            show_pictures(source, table.loc[subject], subject, branch, explorer)
    else:
        for place, one in zip(chart_row(2, "cases"), (subject, beside), strict=True):
            with place:
                _show_chances(source, table, one, shown.threshold)
                show_pictures(source, table.loc[one], one, branch, explorer)
    left, right = chart_row([3, 2], "case_more")
    with left:
        show_alike(source.cases, st.session_state[INPUTS_KEY], subject)
    with right:
        edit_note(source.name, subject, explorer)


def _choose_beside(place: DeltaGenerator, subjects: list[str], subject: str) -> str | None:
    others = [one for one in subjects if one != subject]
    if st.session_state.get(BESIDE_KEY) not in others:
        st.session_state[BESIDE_KEY] = None
    chosen: str | None = place.selectbox("Beside it", others, index=None, placeholder="another participant shown", key=BESIDE_KEY)
    return chosen


def _show_chances(source: Source, table: pd.DataFrame, subject: str, threshold: float) -> None:
    row = table.loc[subject]
    st.markdown(f"#### {subject}: {WORDS[Outcome(row['outcome'])]}")
    st.caption(_facts(source, row))
    chances = source.cases.chances_of(subject).rename(index=BRANCHES)
    st.markdown("**Probability of impairment**")
    key = f"errors_case_{subject}"
    show_chart(case_chart(chances, threshold), key, f"{subject}: probabilities, as in the table below.")
    st.table(_percent(chances))
    if isinstance(row["reasons"], str) and row["reasons"]:
        st.markdown(row["reasons"])


def _percent(chances: pd.DataFrame) -> pd.DataFrame:
    words = chances.map(lambda value: "no answer" if pd.isna(value) else f"{100 * value:.0f}%")
    return words.rename(columns=BRIEFLY)


def _facts(source: Source, row: pd.Series) -> str:
    known = {
        "CDR": None if pd.isna(row["cdr"]) else f"CDR {row['cdr']:g}",
        "label": None if pd.isna(row["label"]) else ("label: impaired" if row["label"] else "label: unimpaired"),
        "age": row["age_band"] if pd.isna(row["age_years"]) else f"{row['age_years']:.0f} years",
        "sex": {"F": "female", "M": "male"}.get(row["sex"]),
        "session": None if pd.isna(row["session"]) else f"session {row['session']}",
        "fold": None if pd.isna(row["fold"]) else f"fold {row['fold']:.0f}",
        "origin": "synthetic" if source.cohort is not None and source.cohort.synthetic else None,
    }
    return " · ".join(fact for fact in known.values() if isinstance(fact, str))
