"""One case opened: the probabilities of every branch with each set of inputs, and where the networks looked."""

import pandas as pd
import streamlit as st

from adcore.evaluation.cases.classified import Classified, Outcome
from adcore.statistics.names import BRANCHES, BRIEFLY
from app.errors.case_chart import case_chart
from app.errors.pictures import show_pictures
from app.errors.source import Source
from app.shared.widgets import chart_row, show_chart
from app.state.explorer import Explorer

WORDS = {
    Outcome.CORRECT: "classified correctly",
    Outcome.FALSE_NEGATIVE: "false negative: impaired, classified as unimpaired",
    Outcome.FALSE_POSITIVE: "false positive: unimpaired, classified as impaired",
    Outcome.UNKNOWN: "no label or no answer to compare",
}


def show_case(source: Source, classified: Classified, subject: str, explorer: Explorer) -> None:
    """Show one participant's probabilities and slices."""
    row = classified.table.set_index("subject").loc[subject]
    left, right = chart_row([2, 3], "case")
    with left:
        st.markdown(f"#### {subject}: {WORDS[Outcome(row['outcome'])]}")
        st.caption(_facts(source, row))
        chances = source.cases.chances_of(subject).rename(index=BRANCHES)
        st.markdown("**Probability of impairment**")
        show_chart(case_chart(chances, classified.threshold), "errors_case", f"{subject}: probabilities, as in the table below.")
        st.table(_percent(chances))
        if isinstance(row["reasons"], str) and row["reasons"]:
            st.markdown(row["reasons"])
    with right:
        show_pictures(source, row, subject, explorer)


def _percent(chances: pd.DataFrame) -> pd.DataFrame:
    words = chances.map(lambda value: "no answer" if pd.isna(value) else f"{100 * value:.0f}%")
    return words.rename(columns=BRIEFLY)


def _facts(source: Source, row: pd.Series) -> str:
    known = {
        "CDR": None if pd.isna(row["cdr"]) else f"CDR {row['cdr']:g}",
        "label": None if pd.isna(row["label"]) else ("label: impaired" if row["label"] else "label: unimpaired"),
        "age": None if pd.isna(row["age_years"]) else f"{row['age_years']:.0f} years",
        "sex": {"F": "female", "M": "male"}.get(row["sex"]),
        "session": None if pd.isna(row["session"]) else f"session {row['session']}",
        "fold": None if pd.isna(row["fold"]) else f"fold {row['fold']:.0f}",
        "origin": "synthetic" if source.cohort is not None and source.cohort.synthetic else None,
    }
    return " · ".join(fact for fact in known.values() if fact)
